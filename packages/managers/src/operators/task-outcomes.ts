import { attemptId, type Fact, type FactOf, type Json } from '@bosun/core'
import { Observable, type OperatorFunction } from 'rxjs'
import type { TaskOutcome } from './task-outcome.ts'

/**
 * How tasks ended, from the facts of a run from its first one on: of a run that goes on as of a journal.
 *
 * @example
 * import type { Fact } from '@bosun/core'
 * import { taskOutcomes } from '@bosun/managers'
 * import { from } from 'rxjs'
 *
 * const facts: readonly Fact[] = [] // a journal, or run.facts$
 * from(facts).pipe(taskOutcomes()).subscribe(({ task, outcome }) => console.log(task, outcome))
 */
export function taskOutcomes(): OperatorFunction<Fact, TaskOutcome> {
  return (fact$) =>
    new Observable((subscriber) => {
      const reader = new OutcomeReader()
      return fact$.subscribe({
        next(fact) {
          const outcome = reader.read(fact)
          if (outcome !== undefined) subscriber.next(outcome)
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}

/** What of a task has to be kept until it ends. */
interface Open {
  readonly type: string
  epoch: number
  /** The task whose attempt that was, if not this one. */
  predecessor?: string
  result: Json
}

/** Reads facts one after the other and tells when one of them ends a task. */
export class OutcomeReader {
  #run = ''
  readonly #open = new Map<string, Open>()
  /** Results that came too late, by the fact that keeps them: a person may adopt one. */
  readonly #late = new Map<number, Json>()

  read(fact: Fact): TaskOutcome | undefined {
    switch (fact.type) {
      case 'run.started':
        this.#run = fact.run
        return undefined
      case 'task.added':
        this.#open.set(fact.task.id, { type: fact.task.type, epoch: 0, result: null })
        return undefined
      case 'task.assigned': {
        const task = this.#open.get(fact.task)
        if (task !== undefined) task.epoch = fact.epoch
        return undefined
      }
      case 'attempt.succeeded':
        return this.#keep(fact.task, { epoch: fact.epoch, result: fact.result })
      case 'result.quarantined':
        if (fact.kind === 'result') this.#late.set(fact.seq, fact.value)
        return undefined
      case 'result.adopted': {
        const { epoch, predecessor = fact.task } = fact
        return this.#keep(fact.task, { epoch, predecessor, result: this.#late.get(fact.quarantined) ?? null })
      }
      case 'task.succeeded':
      case 'task.failed':
      case 'task.lost':
      case 'task.cancelled':
      case 'task.skipped':
        return this.#outcome(fact)
      default:
        return undefined
    }
  }

  #keep(id: string, accepted: Omit<Open, 'type'>): undefined {
    const task = this.#open.get(id)
    if (task !== undefined) Object.assign(task, accepted)
  }

  #outcome(
    fact: FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'>,
  ): TaskOutcome {
    const id = fact.task
    const { type, epoch, result, predecessor = id } = this.#open.get(id) ?? { type: 'unknown', epoch: 0, result: null }
    this.#open.delete(id)
    const run = this.#run
    const how = { run, task: id, taskType: type, ...(epoch > 0 ? { attempt: attemptId(run, predecessor, epoch) } : {}) }
    switch (fact.type) {
      case 'task.succeeded':
        return { ...how, outcome: 'succeeded', result }
      case 'task.failed':
        return { ...how, outcome: 'failed', error: fact.error }
      case 'task.lost':
        return { ...how, outcome: 'lost', error: fact.error }
      case 'task.cancelled':
        return { ...how, outcome: 'cancelled', error: { code: 'TASK_CANCELLED', message: fact.reason } }
      case 'task.skipped':
        return { ...how, outcome: 'skipped', because: fact.because }
    }
  }
}
