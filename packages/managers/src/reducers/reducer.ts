import type { Task } from '@bosun/core'

/**
 * How results become one value. `commutative` claims that the order does not matter, so results are
 * folded as they arrive; `ordered` ones are folded in task order.
 */
export interface Reducer<T, A> {
  readonly kind: 'commutative' | 'ordered'
  /** Folds one result into what there is; may change `all` in place. */
  readonly fold: (all: A, one: T, task: Task) => A
  /** A fresh start for one run. */
  readonly start: () => A
}

/**
 * A reducer that gives the same value in whatever order the results arrive. The claim can be tested:
 * the harness shuffles arrivals.
 *
 * @param initial a plain value (each run gets a copy of its own), or a function that makes one
 * @example
 * import { commutative } from '@bosun/managers'
 * const sum = commutative((all: number, one: number) => all + one, 0)
 * const byPath = commutative((all: Record<string, string>, one: Record<string, string>) => ({ ...all, ...one }), {})
 */
export function commutative<T, A>(fold: (all: A, one: T, task: Task) => A, initial: A | (() => A)): Reducer<T, A> {
  return { kind: 'commutative', fold, start: starter(initial) }
}

/**
 * A reducer that gets the results in task order, whatever the order in which they arrive.
 *
 * @param initial a plain value (each run gets a copy of its own), or a function that makes one
 * @example
 * import { ordered } from '@bosun/managers'
 * const book = ordered((all: string, chapter: string) => all + chapter, '')
 */
export function ordered<T, A>(fold: (all: A, one: T, task: Task) => A, initial: A | (() => A)): Reducer<T, A> {
  return { kind: 'ordered', fold, start: starter(initial) }
}

/** The default of every variant: all results as a list, in task order. */
export function listed<T>(): Reducer<T, T[]> {
  return ordered((all: T[], one: T) => {
    all.push(one)
    return all
  }, [])
}

function starter<A>(initial: A | (() => A)): () => A {
  return typeof initial === 'function' ? (initial as () => A) : () => structuredClone(initial)
}
