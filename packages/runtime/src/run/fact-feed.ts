import { BosunError, type Fact, type Json, type Telemetry } from '@bosun/core'
import { Subject, Subscription, type Observable } from 'rxjs'
import { guardedObservable } from './guarded-observable.ts'

/** Facts that a slow reader may fall behind before it is cut off with an error. */
const BACKLOG_FACTS_MAX = 1_000_000

/**
 * Publishes facts to readers, each batch after it is durable. A reader that throws or falls too far
 * behind hurts only itself.
 *
 * Nothing is kept for readers that come later: what was before is in the journal.
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

  /** @param onReaderError told of what readers throw */
  constructor(run: string, telemetry: readonly Telemetry[], onReaderError?: (error: unknown) => void) {
    this.#run = run
    this.#telemetry = telemetry
    this.#onReaderError = onReaderError ?? ((error) => warnOfReader(run, error))
    this.facts$ = guardedObservable(this.#facts, this.#onReaderError)
    this.partials$ = guardedObservable(this.#partials, this.#onReaderError)
  }

  /** Number of the last durable fact that was published. */
  get lastSeq(): number {
    return this.#lastSeq
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
    this.#facts.complete()
    this.#partials.complete()
  }

  /** The same facts for `for await`, from now on; ends with the run. */
  [Symbol.asyncIterator](): AsyncIterator<readonly Fact[], undefined> {
    return new Backlog(this.facts$, this.#run)
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

/** What one reader has not read yet. */
class Backlog implements AsyncIterator<readonly Fact[], undefined> {
  readonly #run: string
  readonly #subscription = new Subscription()
  #batches: (readonly Fact[])[] = []
  #head = 0
  #factsCount = 0
  #state: 'open' | 'ended' | 'behind' = 'open'
  #wake: (() => void) | undefined

  constructor(facts$: Observable<readonly Fact[]>, run: string) {
    this.#run = run
    // Of a run that is over, the end comes during this very call.
    this.#subscription.add(
      facts$.subscribe({ next: (facts) => this.#take(facts), complete: () => this.#close('ended') }),
    )
  }

  async next(): Promise<IteratorResult<readonly Fact[], undefined>> {
    for (;;) {
      const facts = this.#shift()
      if (facts !== undefined) return { done: false, value: facts }
      if (this.#state === 'ended') return { done: true, value: undefined }
      if (this.#state === 'behind') {
        this.#state = 'ended'
        throw new BosunError('INTERNAL', {
          at: `a reader of run ${this.#run}`,
          summary: 'The reader fell too far behind.',
          expected: `at most ${BACKLOG_FACTS_MAX} facts that wait for it`,
          fix: 'Do less per batch, or read the rest from the journal.',
        })
      }
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  return(): Promise<IteratorResult<readonly Fact[], undefined>> {
    this.#close('ended')
    this.#batches = []
    this.#head = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  #take(facts: readonly Fact[]): void {
    this.#factsCount += facts.length
    if (this.#factsCount > BACKLOG_FACTS_MAX) this.#close('behind')
    else this.#batches.push(facts)
    this.#wake?.()
  }

  #shift(): readonly Fact[] | undefined {
    const facts = this.#batches[this.#head]
    if (facts === undefined) return undefined
    this.#head += 1
    this.#factsCount -= facts.length
    // Dropped in bulk, so that a long backlog is not moved for every batch.
    if (this.#head * 2 > this.#batches.length) {
      this.#batches.splice(0, this.#head)
      this.#head = 0
    }
    return facts
  }

  #close(state: 'ended' | 'behind'): void {
    if (this.#state === 'open') this.#state = state
    this.#subscription.unsubscribe()
    this.#wake?.()
  }
}

function warnOfReader(run: string, error: unknown): void {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.emitWarning(`A reader of run ${run} threw: ${said}`, 'BosunReaderWarning')
}
