import type { Fact, Json, Telemetry } from '@bosun/core'
import { Subject, type Observable } from 'rxjs'

/** A part of the final result, published as it stands; never stored, never final. */
export interface Partial {
  readonly value: Json
  readonly final: false
}

/** Facts a slow reader may fall behind before it is cut off with an error. */
const BACKLOG_MAX = 1_000_000

/**
 * Publishes facts to readers, each batch after it is durable. A reader that throws or falls too far
 * behind hurts only itself.
 */
export class FactFeed {
  readonly #facts = new Subject<readonly Fact[]>()
  readonly #partials = new Subject<Json>()
  readonly #telemetry: readonly Telemetry[]
  readonly #run: string
  #onReaderError: (error: unknown) => void = () => {}

  constructor(run: string, telemetry: readonly Telemetry[]) {
    this.#run = run
    this.#telemetry = telemetry
  }

  get facts$(): Observable<readonly Fact[]> {
    return this.#facts.asObservable()
  }

  get partials$(): Observable<Json> {
    return this.#partials.asObservable()
  }

  set onReaderError(report: (error: unknown) => void) {
    this.#onReaderError = report
  }

  publish(facts: readonly Fact[]): void {
    // rxjs reports what an observer throws on a later tick, so other observers are not touched by it.
    this.#facts.next(facts)
    for (const reader of this.#telemetry) {
      try {
        reader.facts(this.#run, facts)
      } catch (error) {
        this.#onReaderError(error)
      }
    }
  }

  publishPartial(value: Json): void {
    this.#partials.next(value)
  }

  end(): void {
    this.#facts.complete()
    this.#partials.complete()
  }

  /** The same facts for `for await`; ends with the run. */
  async *[Symbol.asyncIterator](): AsyncIterator<readonly Fact[]> {
    const backlog: (readonly Fact[])[] = []
    let held = 0
    let wake: (() => void) | undefined
    let state = 'open' as 'open' | 'ended' | 'behind'
    const subscription = this.#facts.subscribe({
      next: (facts) => {
        held += facts.length
        if (held > BACKLOG_MAX) state = 'behind'
        else backlog.push(facts)
        wake?.()
      },
      complete: () => {
        if (state === 'open') state = 'ended'
        wake?.()
      },
    })
    try {
      for (;;) {
        const facts = backlog.shift()
        if (facts !== undefined) {
          held -= facts.length
          yield facts
        } else if (state === 'ended') return
        else if (state === 'behind') throw new Error(`The reader fell more than ${BACKLOG_MAX} facts behind.`)
        // oxlint-disable-next-line no-await-in-loop
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      subscription.unsubscribe()
    }
  }
}
