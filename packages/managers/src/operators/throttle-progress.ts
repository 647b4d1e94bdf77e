import { Observable, type MonoTypeOperatorFunction } from 'rxjs'
import { Pace } from './pace.ts'

/**
 * Thins a stream that tells how something goes on: the first value, then at most one in so many ms, and at
 * the end the last one. For progress and partial results; of outcomes none may be left out.
 *
 * It has no timer: what is left out shows with the next value that passes, or at the end.
 *
 * @param now the time in ms: in a program `() => view.at`, elsewhere any clock
 * @example
 * import { throttleProgress } from '@bosun/managers'
 * import type { Observable } from 'rxjs'
 *
 * declare const run: { partial$: Observable<unknown> } // a run handle
 * run.partial$.pipe(throttleProgress(250, () => performance.now())).subscribe((partial) => console.log(partial))
 */
export function throttleProgress<T>(everyMs: number, now: () => number): MonoTypeOperatorFunction<T> {
  return (value$) =>
    new Observable((subscriber) => {
      const pace = new Pace(everyMs)
      let held: { readonly value: T } | undefined
      return value$.subscribe({
        next(value) {
          const isLet = pace.lets(now())
          held = isLet ? undefined : { value }
          if (isLet) subscriber.next(value)
        },
        error: (error) => subscriber.error(error),
        complete() {
          if (held !== undefined) subscriber.next(held.value)
          subscriber.complete()
        },
      })
    })
}
