import { canonicalJson, isRunEnd, type Fact, type Json, type Outcome } from '@bosun/core'

/** How one task ended. */
export interface FinalTask {
  readonly outcome: Outcome
  /** The accepted result of a task that succeeded, as canonical text: equal texts, equal results. */
  readonly result: string | undefined
  /** The fact that gave the task its outcome. */
  readonly seq: number
}

/** What remains of a run when all that may differ between two right schedules is left out. */
export interface FinalState {
  readonly tasks: ReadonlyMap<string, FinalTask>
  /** The end of the run; absent while it goes on. */
  readonly end: FinalEnd | undefined
}

export interface FinalEnd {
  /** `completed`, `failed`, `exhausted` or `cancelled`. */
  readonly how: string
  readonly causeCode: string
  /** The final result as canonical text. */
  readonly result: string
  readonly seq: number
}

/**
 * The final state of a run: per task its outcome and result, and how the run ended. It holds neither
 * times, slots, attempts nor order, so that two schedules of the same deterministic work compare by it.
 *
 * @example
 * const task = finalState(facts).tasks.get('a')
 * console.log(task?.outcome, task?.result)
 */
export function finalState(facts: Iterable<Fact>): FinalState {
  const tasks = new Map<string, FinalTask>()
  const results = new Map<string, Json>()
  const aside = new Map<number, Json>()
  let end: FinalEnd | undefined
  for (const fact of facts) {
    switch (fact.type) {
      case 'attempt.succeeded':
        results.set(fact.task, fact.result)
        break
      case 'result.quarantined':
        if (fact.kind === 'result') aside.set(fact.seq, fact.value)
        break
      case 'result.adopted':
        results.set(fact.task, aside.get(fact.quarantined) ?? null)
        break
      case 'task.succeeded':
        tasks.set(fact.task, {
          outcome: 'succeeded',
          result: canonicalJson(results.get(fact.task) ?? null),
          seq: fact.seq,
        })
        break
      case 'task.failed':
      case 'task.lost':
      case 'task.cancelled':
      case 'task.skipped':
        tasks.set(fact.task, { outcome: fact.type.slice(5) as Outcome, result: undefined, seq: fact.seq })
        break
      case 'run.reopened':
        end = undefined
        break
      default:
        if (isRunEnd(fact)) end = endOf(fact)
    }
  }
  return { tasks, end }
}

// ---------------------------------------------------------------------------------------------

function endOf(fact: Extract<Fact, { tally: unknown }>): FinalEnd {
  return {
    how: fact.type.slice(4),
    causeCode: 'causeCode' in fact ? fact.causeCode : '',
    result: canonicalJson('result' in fact ? fact.result : null),
    seq: fact.seq,
  }
}
