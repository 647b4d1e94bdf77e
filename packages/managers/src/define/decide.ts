import type { Decision, Json, Message } from '@bosun/core'
import { Observable, type OperatorFunction } from 'rxjs'

/** What a handler may return: a decision, a list of them, or nothing. */
export type Decided = Decision | readonly Decision[] | undefined | void

/**
 * Turns each message into decisions, in order, at once.
 *
 * @example
 * import { decide, defineManager, finish } from '@bosun/managers'
 * export default defineManager({
 *   name: 'nothing-to-do',
 *   program: (inbox$) => inbox$.pipe(decide(({ type }) => (type === 'settled' ? finish(null) : []))),
 * })
 */
export function decide<G = Json>(handler: (message: Message<G>) => Decided): OperatorFunction<Message<G>, Decision> {
  return (message$) =>
    new Observable((subscriber) =>
      message$.subscribe({
        next(message) {
          let decided: Decided
          try {
            decided = handler(message)
          } catch (error) {
            subscriber.error(error)
            return
          }
          if (decided === undefined) return
          if (!isList(decided)) return subscriber.next(decided)
          for (const decision of decided) subscriber.next(decision)
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    )
}

function isList(decided: Decision | readonly Decision[]): decided is readonly Decision[] {
  return Array.isArray(decided)
}
