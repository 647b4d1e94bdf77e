import type { Fact } from '@bosun/core'
import { finding, type Finding } from '../invariant.ts'
import { compareStates, type StateClause } from './compare-states.ts'
import { defineCrossRun } from './cross-run-invariant.ts'
import { finalState } from './final-state.ts'

type Clause = StateClause | 'again' | 'attempts' | 'epochs' | 'budget' | 'cancelled'

/** What a task has behind it. */
interface Past {
  epoch: number
  retries: number
  /** The fact that accepted its result. */
  acceptedSeq: number
  /** The fact that cancelled it, by itself or with its run. */
  cancelledSeq: number
}

/**
 * The first run went through without a crash; the second lost its manager at least once and has
 * `manager.recovered` facts. Workers must be deterministic, and chance or time must not decide the
 * outcome of a task.
 */
export const resumeEquivalence = defineCrossRun({
  id: 'R4',
  title: 'resume equivalence',
  sentence:
    'A run that lost its manager ends as the same run without the loss, does nothing accepted again, and keeps attempts, epochs, budget and cancellations.',
  clauses: {
    task: 'A task has an outcome in one of the two runs only.',
    outcome: 'A task has another outcome than without the crash.',
    result: 'A task has another result than without the crash.',
    end: 'The run ended otherwise than without the crash.',
    again: 'A task whose result was accepted before the crash was worked on again after it.',
    attempts: 'The count of retries did not go on after the crash where it had been before.',
    epochs: 'The epochs of a task did not rise across the crash.',
    budget: 'What was reserved before the crash was never settled after it.',
    cancelled: 'Something that was cancelled before the crash was worked on after it.',
  },
  judge(whole: readonly Fact[], resumed: readonly Fact[]): Finding<Clause> | undefined {
    return (
      compareStates(finalState(whole), finalState(resumed), ['the whole run', 'the resumed one']) ??
      wrongSequel(resumed)
    )
  },
})

// ---------------------------------------------------------------------------------------------

/** One pass over the resumed run: what is assigned after a recovery must go on from what was before. */
function wrongSequel(facts: readonly Fact[]): Finding<Clause> | undefined {
  const pasts = new Map<string, Past>()
  const reserved = new Map<string, number>()
  let [recoveredSeq, runCancelledSeq] = [0, 0]
  for (const fact of facts) {
    switch (fact.type) {
      case 'manager.recovered':
        recoveredSeq = fact.seq
        break
      case 'manager.decided':
        if (fact.decisions.some(({ type, ...rest }) => type === 'cancel' && isOfRun(rest))) runCancelledSeq = fact.seq
        break
      case 'manager.refused':
        if (fact.decision === 'cancel') runCancelledSeq = 0
        break
      case 'run.reopened':
        runCancelledSeq = 0
        break
      case 'task.assigned': {
        const past = pastOf(pasts, fact.task)
        const found = recoveredSeq === 0 ? undefined : wrongAssignment(fact, past, runCancelledSeq)
        if (found !== undefined) return found
        past.epoch = fact.epoch
        break
      }
      case 'task.retried':
        pastOf(pasts, fact.task).retries = fact.retry
        break
      case 'attempt.succeeded':
      case 'result.adopted':
        pastOf(pasts, fact.task).acceptedSeq = fact.seq
        break
      case 'task.cancelled':
        pastOf(pasts, fact.task).cancelledSeq = fact.seq
        break
      case 'budget.reserved':
        reserved.set(`${fact.task}@${fact.epoch}`, fact.seq)
        break
      case 'budget.settled':
        reserved.delete(`${fact.task}@${fact.epoch}`)
        break
      default:
    }
  }
  const [open] = recoveredSeq === 0 || finalState(facts).end === undefined ? [] : reserved
  if (open === undefined) return undefined
  return finding('budget', `what was reserved for ${open[0]} was never settled`, open[1])
}

function wrongAssignment(
  { task, epoch, retry, seq }: Extract<Fact, { type: 'task.assigned' }>,
  past: Past,
  runCancelledSeq: number,
): Finding<Clause> | undefined {
  if (past.acceptedSeq > 0) {
    return finding('again', `${task} was assigned again although its result was accepted`, past.acceptedSeq, seq)
  }
  const cancelledSeq = past.cancelledSeq || runCancelledSeq
  if (cancelledSeq > 0) {
    return finding('cancelled', `${task} was assigned although it had been cancelled`, cancelledSeq, seq)
  }
  if (epoch <= past.epoch) {
    return finding('epochs', `${task} was assigned with epoch ${epoch} after epoch ${past.epoch}`, seq)
  }
  if (retry === past.retries) return undefined
  return finding('attempts', `${task} was assigned as retry ${retry} after retry ${past.retries}`, seq)
}

function pastOf(pasts: Map<string, Past>, task: string): Past {
  const known = pasts.get(task)
  if (known !== undefined) return known
  const past = { epoch: 0, retries: 0, acceptedSeq: 0, cancelledSeq: 0 }
  pasts.set(task, past)
  return past
}

function isOfRun(decision: object): boolean {
  return 'scope' in decision && (decision.scope as { kind: string }).kind === 'run'
}
