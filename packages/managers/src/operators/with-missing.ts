import { map, type OperatorFunction } from 'rxjs'
import type { Folded } from './fold-outcomes.ts'

/** A fold that also says what it still waits for. */
export interface Awaiting<A> extends Folded<A> {
  /** Tasks that are expected and have not ended. */
  readonly waiting: readonly string[]
}

/**
 * Adds to a fold what is still to come, so that a reader of it knows of every task whether it is in the
 * value, missing from it, or on its way.
 *
 * @param expected ids of all tasks
 * @example
 * import { commutative, foldOutcomes, withMissing, type TaskOutcome } from '@bosun/managers'
 * import type { Observable } from 'rxjs'
 *
 * declare const run: { outcomes$: Observable<TaskOutcome> } // a run handle
 * run.outcomes$
 *   .pipe(foldOutcomes(commutative((sum: number, one: number) => sum + one, 0)), withMissing(['a', 'b', 'c']))
 *   .subscribe(({ value, waiting }) => console.log(value, 'without', waiting))
 */
export function withMissing<A>(expected: Iterable<string>): OperatorFunction<Folded<A>, Awaiting<A>> {
  const ids = [...expected]
  return map((folded) => {
    const { value, contains, missing } = folded
    const ended = new Set([...contains, ...missing.map(({ task }) => task)].map((id) => id.replace(/~\d+$/, '')))
    return { value, contains, missing, waiting: ids.filter((id) => !ended.has(id)) }
  })
}
