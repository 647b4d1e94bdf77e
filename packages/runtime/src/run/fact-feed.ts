import type { Fact, Json, Telemetry } from '@bosun/core'
import { Subject, type Observable } from 'rxjs'
import { guardedObservable } from './guarded-observable.ts'

/**
 * Publishes facts to readers, each batch after it is durable. A reader that throws hurts only itself.
 *
 * Nothing is kept for readers that come later or are slow: see `RunLog`.
 */
export class FactFeed {
  readonly facts$: Observable<readonly Fact[]>
  readonly partials$: Observable<Json>
  readonly #facts = new Subject<readonly Fact[]>()
  readonly #partials = new Subject<Json>()
  readonly #telemetry: readonly Telemetry[]
  readonly #run: string
  readonly #onReaderError: (error: unknown) => void
  readonly #reported = new Set<Telemetry>()
  #lastSeq = 0
  #isOver = false

  /** @param onReaderError told of what readers throw */
  constructor(run: string, telemetry: readonly Telemetry[], onReaderError?: (error: unknown) => void) {
    this.#run = run
    this.#telemetry = telemetry
    this.#onReaderError = onReaderError ?? ((error) => warnOfReader(run, error))
    this.facts$ = guardedObservable(this.#facts, this.#onReaderError)
    this.partials$ = guardedObservable(this.#partials, this.#onReaderError)
  }

  /** Told of what readers throw. */
  get onReaderError(): (error: unknown) => void {
    return this.#onReaderError
  }

  /** Number of the last durable fact that was published, or was there before. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Whether nothing more will be published. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Says which facts are in the journal already: nobody is told of them here. */
  beginAfter(seq: number): void {
    this.#lastSeq = seq
  }

  publish(facts: readonly Fact[]): void {
    if (facts.length === 0) return
    for (let index = facts.length - 1; index >= 0; index -= 1) {
      const { seq } = facts[index] as Fact
      if (seq === 0) continue
      this.#lastSeq = seq
      break
    }
    this.#facts.next(facts)
    for (const reader of this.#telemetry) this.#tell(reader, facts)
  }

  publishPartial(value: Json): void {
    this.#partials.next(value)
  }

  end(): void {
    this.#isOver = true
    this.#facts.complete()
    this.#partials.complete()
  }

  #tell(reader: Telemetry, facts: readonly Fact[]): void {
    try {
      // Typed as void, but an async function fits that as well, and may reject.
      const told: unknown = reader.facts(this.#run, facts)
      if (told instanceof Promise) told.catch((error: unknown) => this.#reportOnce(reader, error))
    } catch (error) {
      this.#reportOnce(reader, error)
    }
  }

  /** A collector that is down fails with every batch; one word about it is enough. */
  #reportOnce(reader: Telemetry, error: unknown): void {
    if (this.#reported.has(reader)) return
    this.#reported.add(reader)
    this.#onReaderError(error)
  }
}

function warnOfReader(run: string, error: unknown): void {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.emitWarning(`A reader of run ${run} threw: ${said}`, 'BosunReaderWarning')
}
