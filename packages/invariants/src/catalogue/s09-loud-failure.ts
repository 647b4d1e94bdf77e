import { isOutcome, OUTCOMES, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { AttemptEnd, Ledger, TaskEntry } from '../ledger/ledger.ts'
import type { WorldEvent } from '../world-event.ts'

type Clause =
  | 'tally'
  | 'unwaived'
  | 'waived'
  | 'policy'
  | 'refused'
  | 'missing'
  | 'unfollowed'
  | 'follows'
  | 'settled'
  | 'unended'
  | 'swallowed'

/**
 * Which outcome may follow an attempt that ended in this way. A revoked one makes its task lost when
 * the cap on epochs forbids another.
 */
const FOLLOWS: Readonly<Record<AttemptEnd, readonly string[]>> = {
  succeeded: ['task.succeeded', 'task.failed'],
  failed: ['task.failed'],
  lost: ['task.lost'],
  revoked: ['task.cancelled', 'task.lost'],
}

/** How an attempt ended, as a sentence says it. */
const SAYS: Readonly<Record<AttemptEnd, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  lost: 'was lost',
  revoked: 'was revoked',
}

interface Loud {
  /** Tasks whose addition a cap refused, until they are added after all. */
  readonly refused: Map<string, number>
  /** The latest report that reached the manager; what follows from it follows at once. */
  heard: Extract<WorldEvent, { type: 'world.delivered' }> | undefined
  reported: TaskEntry | undefined
}

export const loudFailure = defineInvariant({
  id: 'S9',
  title: 'loud failure',
  sentence:
    'Every attempt that ends has its consequence in the log, and the end of the run counts and names every task that did not succeed.',
  clauses: {
    tally: 'The counts at the end of the run are not those of its tasks.',
    unwaived: 'The run completed although a task neither succeeded nor was waived.',
    waived: 'The end of the run names a waiver that nobody gave.',
    policy: 'The run completed on a waiver of the manager for a failed or lost task that its policy does not allow.',
    refused: 'The run completed although a cap had refused a task that nobody waived.',
    missing: 'The end of the run does not name exactly the tasks that neither succeeded nor were waived.',
    unfollowed: 'An attempt ended, and its input brought neither a retry nor an outcome.',
    follows: 'The outcome of a task contradicts how its last attempt ended.',
    settled: 'The manager was told that every task has its outcome while one had none.',
    unended: 'The log is whole but the run has no end.',
    swallowed: 'An attempt told of an error and was written down as succeeded.',
  },
  watches: [
    'attempt.succeeded',
    'spawn.refused',
    'task.added',
    'task.succeeded',
    'task.failed',
    'task.lost',
    'task.cancelled',
    'task.skipped',
    'message.delivered',
    'run.completed',
    'run.failed',
    'run.exhausted',
    'run.cancelled',
  ],
  initial: (): Loud => ({ refused: new Map(), heard: undefined, reported: undefined }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'attempt.succeeded':
        return swallowed(fact, state.heard)
      case 'spawn.refused':
        if (fact.error.code.startsWith('LIMIT_')) state.refused.set(fact.task, fact.seq)
        return undefined
      case 'task.added':
        if (state.refused.size > 0) state.refused.delete(fact.task.id)
        return undefined
      case 'message.delivered': {
        if (fact.kind !== 'settled' || ledger.unresolved === 0) return undefined
        const open = firstTask(ledger, (task) => !isOutcome(task.status))
        const sentence = `the manager was told that all is settled while ${open?.id ?? 'a task'} had no outcome`
        return finding('settled', sentence, open?.seq ?? 0, fact.seq)
      }
      case 'run.completed':
        return wrongTally(fact, ledger) ?? wrongCompletion(fact, state, ledger)
      case 'run.failed':
      case 'run.exhausted':
        return wrongTally(fact, ledger) ?? wrongMissing(fact, state, ledger)
      case 'run.cancelled':
        return wrongTally(fact, ledger)
      default: {
        const task = ledger.task(fact.task)
        return task === undefined ? undefined : contradicts(fact, task)
      }
    }
  },
  observes: ['world.delivered'],
  // What it keeps of the log follows from the log.
  outlivesManager: false,
  onWorld(state, event) {
    if (event.type === 'world.delivered') state.heard = event
    return undefined
  },
  atQuiescence(state, ledger) {
    if (ledger.undecided.size === 0) return undefined
    const [task] = ledger.undecided
    if (task === undefined || task === state.reported) return undefined
    state.reported = task
    const sentence = `attempt ${task.epoch} of ${task.id} ${task.undecided === undefined ? 'ended' : SAYS[task.undecided]}, and neither a retry nor an outcome followed`
    return finding('unfollowed', sentence, task.lastEndSeq)
  },
  atEnd(_state, ledger) {
    if (ledger.endedSeq > 0) return undefined
    return finding(
      'unended',
      'the log is whole but the run neither completed, failed, exhausted nor was cancelled',
      ledger.seq,
    )
  },
})

// ---------------------------------------------------------------------------------------------

type Ending = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

function swallowed(
  { task, epoch, seq }: FactOf<'attempt.succeeded'>,
  heard: Loud['heard'],
): Finding<Clause> | undefined {
  if (heard?.report !== 'error' || heard.task !== task || heard.epoch !== epoch) return undefined
  return finding('swallowed', `attempt ${epoch} of ${task} told of an error and was written down as succeeded`, seq)
}

function wrongTally(fact: Ending, ledger: Ledger): Finding<Clause> | undefined {
  const counted = { ...ledger.counts, total: ledger.total, unresolved: 0, refused: ledger.refused }
  for (const name of [...OUTCOMES, 'total', 'unresolved', 'refused'] as const) {
    if (fact.tally[name] === counted[name]) continue
    if (name === 'unresolved')
      return finding('tally', `${fact.type} leaves ${fact.tally[name]} tasks unresolved`, fact.seq)
    const sentence = `${fact.type} says ${name}: ${fact.tally[name]}, but the log has ${counted[name]}`
    return finding('tally', sentence, fact.seq)
  }
  return undefined
}

function wrongCompletion(fact: FactOf<'run.completed'>, state: Loud, ledger: Ledger): Finding<Clause> | undefined {
  const waived = new Set(fact.waived)
  for (const id of waived) {
    if (ledger.waivers.has(id)) continue
    return finding('waived', `the run completed on a waiver of ${id} that nobody gave`, fact.seq)
  }
  if (ledger.counts.succeeded < ledger.total) {
    for (const task of ledger.tasks.values()) {
      if (task.superseded || task.status === 'succeeded') continue
      if (!waived.has(task.id)) {
        const sentence = `the run completed although ${task.id} is ${task.status} and not waived`
        return finding('unwaived', sentence, task.outcomeSeq, fact.seq)
      }
      const waiver = ledger.waivers.get(task.id)
      if (waiver?.beyondManager !== false || (task.status !== 'failed' && task.status !== 'lost')) continue
      if (ledger.config?.policy.waive.includes(task.status) !== false) continue
      const sentence = `the manager alone waived ${task.id}, which is ${task.status}; the policy of the run does not allow that`
      return finding('policy', sentence, task.outcomeSeq, waiver.seq, fact.seq)
    }
  }
  for (const [id, seq] of state.refused) {
    if (ledger.waivers.has(id)) continue
    return finding('refused', `the run completed although ${id} was refused by a cap and not waived`, seq, fact.seq)
  }
  return undefined
}

function wrongMissing(
  fact: FactOf<'run.failed' | 'run.exhausted'>,
  state: Loud,
  ledger: Ledger,
): Finding<Clause> | undefined {
  const missing = new Set(fact.missing)
  for (const task of ledger.tasks.values()) {
    const expected = !task.superseded && task.status !== 'succeeded' && !ledger.waivers.has(task.id)
    if (missing.delete(task.id) === expected) continue
    // Whether a waiver holds for a task that was added after it is for the run to say.
    if ((ledger.waivers.get(task.id)?.seq ?? Infinity) < task.seq) continue
    const sentence = expected
      ? `${fact.type} does not name ${task.id}, which is ${task.status}`
      : `${fact.type} names ${task.id} as missing, which ${task.status === 'succeeded' ? 'succeeded' : 'was waived or superseded'}`
    return finding('missing', sentence, task.outcomeSeq, fact.seq)
  }
  for (const id of missing) {
    if (state.refused.has(id)) continue
    return finding('missing', `${fact.type} names ${id} as missing, which was never a task`, fact.seq)
  }
  return undefined
}

function contradicts(
  fact: FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'>,
  task: TaskEntry,
): Finding<Clause> | undefined {
  const word = fact.type.slice(5)
  if (fact.type === 'task.succeeded') {
    if (task.acceptedSeq > 0 && task.acceptedSeq >= task.lastEndSeq) return undefined
    const last = task.lastEnd === undefined ? 'no attempt of it had ended' : `its last attempt ${SAYS[task.lastEnd]}`
    return finding('follows', `${task.id} succeeded although ${last}`, task.lastEndSeq, fact.seq)
  }
  if (task.undecided === undefined) {
    // One that had yielded to its twin ends as it would have before.
    if (fact.type !== 'task.lost' || task.status === 'waiting') return undefined
    return finding('follows', `${task.id} is lost although no attempt of it was lost just before`, fact.seq)
  }
  if (FOLLOWS[task.undecided].includes(fact.type)) return undefined
  const sentence = `${task.id} is ${word} although its last attempt ${SAYS[task.undecided]}`
  return finding('follows', sentence, task.lastEndSeq, fact.seq)
}

function firstTask(ledger: Ledger, wanted: (task: TaskEntry) => boolean): TaskEntry | undefined {
  for (const task of ledger.tasks.values()) if (wanted(task)) return task
  return undefined
}
