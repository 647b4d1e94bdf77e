import type { Fact } from '@bosun/core'
import { Observable, Subscription } from 'rxjs'
import { guardedObservable } from './guarded-observable.ts'
import type { RunLog } from './run-log.ts'

/**
 * A stream of a run: an Observable, which pushes, and an async iterable, which is read at one's own pace.
 * A subscriber that throws is reported and hurts only itself.
 */
export interface RunStream<T> extends Observable<T>, AsyncIterable<T> {}

/**
 * What the log of a run tells, from its first fact on, however late one subscribes. An iteration leaves
 * nothing out, however slow it is: what it has not taken it reads from the journal.
 *
 * @param reading makes a reader of facts, which returns what a fact tells, if anything
 */
export function logStream<T>(
  log: RunLog,
  reading: () => (fact: Fact) => T | undefined,
  report: (error: unknown) => void,
): RunStream<T> {
  const pushed = new Observable<T>((subscriber) => {
    const read = reading()
    return log.follow(0, {
      next(facts) {
        for (let index = 0; index < facts.length && !subscriber.closed; index += 1) {
          const value = read(facts[index] as Fact)
          if (value !== undefined) subscriber.next(value)
        }
      },
      error: (cause) => subscriber.error(cause),
      complete: () => subscriber.complete(),
    })
  })
  async function* pulled(): AsyncGenerator<T, void> {
    const read = reading()
    for await (const facts of log.reader(0)) {
      for (const fact of facts) {
        const value = read(fact)
        if (value !== undefined) yield value
      }
    }
  }
  return both(guardedObservable(pushed, report), pulled)
}

/**
 * What a run tells as it goes on and no log holds, from the subscription on. An iteration that is slow
 * misses what is oldest.
 *
 * @param keptMax values that wait for a slow iteration at least; at most they are twice as many
 */
export function thinnedStream<T>(value$: Observable<T>, keptMax: number): RunStream<T> {
  return both(value$, () => new Newest(value$, keptMax))
}

// ---------------------------------------------------------------------------------------------

function both<T>(value$: Observable<T>, iterate: () => AsyncIterator<T, unknown>): RunStream<T> {
  return Object.assign(value$, { [Symbol.asyncIterator]: iterate }) as unknown as RunStream<T>
}

/** The newest values that one reader has not read yet. */
class Newest<T> implements AsyncIterator<T, undefined> {
  readonly #subscription = new Subscription()
  readonly #keptMax: number
  #values: T[] = []
  #isOver = false
  #wake: (() => void) | undefined

  constructor(value$: Observable<T>, keptMax: number) {
    this.#keptMax = keptMax
    this.#subscription.add(value$.subscribe({ next: (value) => this.#take(value), complete: () => this.#close() }))
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      if (this.#values.length > 0) return { done: false, value: this.#values.shift() as T }
      if (this.#isOver) return { done: true, value: undefined }
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#values = []
    this.#close()
    return { done: true, value: undefined }
  }

  #take(value: T): void {
    this.#values.push(value)
    // In bulk, so that a reader that is far behind does not cost a move for every value.
    if (this.#values.length > 2 * this.#keptMax) this.#values = this.#values.slice(-this.#keptMax)
    this.#wake?.()
  }

  #close(): void {
    this.#isOver = true
    this.#subscription.unsubscribe()
    this.#wake?.()
  }
}
