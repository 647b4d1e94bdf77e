import { predecessorId, type Task } from '@bosun/core'
import { map, type OperatorFunction } from 'rxjs'
import { aggregate, missingOf, type Missing } from '../reducers/aggregate.ts'
import type { Reducer } from '../reducers/reducer.ts'
import type { TaskOutcome } from './task-outcome.ts'

/** A fold over outcomes as far as they have come. */
export interface Folded<A> {
  readonly value: A
  /** Tasks whose results are in the value, or will be once their turn comes, in the order of arrival. */
  readonly contains: readonly string[]
  /** Tasks that ended without a result. */
  readonly missing: readonly Missing[]
}

/**
 * Folds results as they arrive and tells, after every outcome, what the value is, what it contains and
 * what is missing from it.
 *
 * @param tasks for an `ordered` reducer: the order. Without it, the order is that of the ids, and the value
 *   is folded anew with every outcome
 * @example
 * import { commutative, foldOutcomes, type TaskOutcome } from '@bosun/managers'
 * import type { Observable } from 'rxjs'
 *
 * declare const run: { outcomes$: Observable<TaskOutcome> } // a run handle
 * run.outcomes$
 *   .pipe(foldOutcomes(commutative((sum: number, one: number) => sum + one, 0)))
 *   .subscribe(({ value, contains, missing }) => console.log(value, contains.length, missing.length))
 */
export function foldOutcomes<T, A>(
  reducer: Reducer<T, A>,
  tasks: readonly Task[] = [],
): OperatorFunction<TaskOutcome, Folded<A>> {
  return (outcome$) => {
    const all = aggregate(reducer, { order: tasks.length > 0 || reducer.kind === 'commutative' ? 'added' : 'id' })
    const contained: string[] = []
    const missing = new Map<string, Missing>()
    all.expect(tasks)
    return outcome$.pipe(
      map((outcome) => {
        all.take(outcome, NO_VIEW)
        for (let id = predecessorId(outcome.task); id !== undefined; id = predecessorId(id)) missing.delete(id)
        if (outcome.outcome === 'succeeded') contained.push(outcome.task)
        else missing.set(outcome.task, missingOf(outcome))
        return new Snapshot(all.value, contained, [...missing.values()])
      }),
    )
  }
}

// ---------------------------------------------------------------------------------------------

const NO_VIEW = { task: () => undefined }

/** Shares the list of what is contained with all others of its stream: it only grows. */
class Snapshot<A> implements Folded<A> {
  readonly value: A
  readonly missing: readonly Missing[]
  readonly #contained: readonly string[]
  readonly #count: number

  constructor(value: A, contained: readonly string[], missing: readonly Missing[]) {
    this.value = value
    this.missing = missing
    this.#contained = contained
    this.#count = contained.length
  }

  get contains(): readonly string[] {
    return this.#contained.slice(0, this.#count)
  }
}
