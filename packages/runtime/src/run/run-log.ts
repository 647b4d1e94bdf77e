import { BosunError, type DurableFact, type Fact } from '@bosun/core'
import { Subscription } from 'rxjs'
import type { FactFeed } from './fact-feed.ts'

/** Facts that wait in memory for a slow reader. What is beyond it reads again from the journal. */
const WAITING_FACTS_MAX = 10_000

/** Reads the facts of a run after one of them, in batches. */
export type ReadJournal = (from: number) => AsyncIterable<readonly DurableFact[]>

/** Who follows a log. */
export interface LogObserver {
  next(facts: readonly Fact[]): void
  error(cause: unknown): void
  complete(): void
}

/**
 * All facts of a run as one log, for readers that begin anywhere: what was before comes from the journal,
 * what comes next from the feed, without a gap and none twice.
 *
 * A fact may be in the journal a little before the feed tells of it, and the feed may go on while the
 * journal is read. So a reader keeps its place, changes to the feed only at an instant at which it has all
 * that the feed has told, and leaves out what it knows. Volatile facts are never in the journal: a reader
 * that is behind does not get them.
 */
export class RunLog {
  readonly #feed: FactFeed
  readonly #read: ReadJournal

  constructor(feed: FactFeed, read: ReadJournal) {
    this.#feed = feed
    this.#read = read
  }

  /** Pushes the facts after one of them, each as soon as it is durable, until whoever subscribed is closed. */
  follow(from: number, observer: LogObserver): Subscription {
    const subscription = new Subscription()
    if (this.#feed.lastSeq <= from) subscription.add(this.#live(from, observer))
    else void this.#catchUp(from, observer, subscription)
    return subscription
  }

  /** The same for a reader that pulls, at its own pace. */
  reader(from = this.#feed.lastSeq): AsyncIterableIterator<readonly Fact[], undefined> {
    return new LogReader(this.#feed, this.#read, from)
  }

  // ---------------------------------------------------------------------------------------------

  async #catchUp(from: number, observer: LogObserver, subscription: Subscription): Promise<void> {
    let place = from
    try {
      while (place < this.#feed.lastSeq) {
        const before = place
        // oxlint-disable-next-line no-await-in-loop
        for await (const facts of this.#read(place)) {
          if (subscription.closed) return
          observer.next(facts)
          place = facts.at(-1)?.seq ?? place
        }
        if (place === before) throw gone(place, this.#feed.lastSeq)
      }
    } catch (error) {
      if (!subscription.closed) observer.error(error)
      return
    }
    if (!subscription.closed) subscription.add(this.#live(place, observer))
  }

  #live(place: number, observer: LogObserver): Subscription {
    return this.#feed.facts$.subscribe({
      next: (facts) => observer.next(after(place, facts)),
      complete: () => observer.complete(),
    })
  }
}

class LogReader implements AsyncIterableIterator<readonly Fact[], undefined> {
  readonly #feed: FactFeed
  readonly #read: ReadJournal
  readonly #subscription: Subscription
  /** The last durable fact that was handed out. */
  #place: number
  /** What the feed has told since the reader has been up to date; undefined while it is behind. */
  #waiting: (readonly Fact[])[] | undefined
  #waitingCount = 0
  /** Set while the journal is read. */
  #page: AsyncIterator<readonly DurableFact[]> | undefined
  #pageFrom = 0
  #isOver = false
  #wake: (() => void) | undefined

  constructor(feed: FactFeed, read: ReadJournal, from: number) {
    this.#feed = feed
    this.#read = read
    this.#place = from
    this.#waiting = feed.lastSeq <= from ? [] : undefined
    // Of a run that is over, the end comes during this very call.
    this.#subscription = feed.facts$.subscribe({ next: (facts) => this.#take(facts), complete: () => this.#wake?.() })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<readonly Fact[], undefined>> {
    while (!this.#isOver) {
      // oxlint-disable-next-line no-await-in-loop
      const facts = this.#waiting === undefined ? await this.#readOn() : this.#shift(this.#waiting)
      if (facts !== undefined) return { done: false, value: this.#handOut(facts) }
      if (this.#waiting === undefined) continue
      if (this.#feed.isOver) this.#close()
      // oxlint-disable-next-line no-await-in-loop
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<readonly Fact[], undefined>> {
    this.#close()
    return { done: true, value: undefined }
  }

  #take(facts: readonly Fact[]): void {
    this.#waiting?.push(facts)
    this.#waitingCount += facts.length
    if (this.#waitingCount > WAITING_FACTS_MAX && (this.#waiting?.length ?? 0) > 1) this.#waiting = undefined
    this.#wake?.()
  }

  #shift(waiting: (readonly Fact[])[]): readonly Fact[] | undefined {
    const facts = waiting.shift()
    if (facts === undefined) return undefined
    this.#waitingCount -= facts.length
    return after(this.#place, facts)
  }

  async #readOn(): Promise<readonly Fact[] | undefined> {
    try {
      return await this.#nextPage()
    } catch (error) {
      this.#page = undefined
      this.#close()
      throw error
    }
  }

  /** Facts of the journal; none once the reader has all that the feed has told, and then it is up to date. */
  async #nextPage(): Promise<readonly Fact[] | undefined> {
    if (this.#page === undefined) {
      this.#page = this.#read(this.#place)[Symbol.asyncIterator]()
      this.#pageFrom = this.#place
    }
    const { done = false, value } = await this.#page.next()
    if (!done) return value as readonly Fact[]
    this.#page = undefined
    const { lastSeq } = this.#feed
    if (this.#place >= lastSeq) {
      this.#waiting = []
      this.#waitingCount = 0
    } else if (this.#place === this.#pageFrom) throw gone(this.#place, lastSeq)
    return undefined
  }

  #handOut(facts: readonly Fact[]): readonly Fact[] {
    for (let index = facts.length - 1; index >= 0; index -= 1) {
      const { seq } = facts[index] as Fact
      if (seq === 0) continue
      this.#place = Math.max(this.#place, seq)
      break
    }
    return facts
  }

  #close(): void {
    this.#isOver = true
    this.#subscription.unsubscribe()
    this.#waiting = undefined
    void this.#page?.return?.()
    this.#wake?.()
  }
}

/** Facts without those up to a place in the log. */
function after(place: number, facts: readonly Fact[]): readonly Fact[] {
  const first = facts.find(({ seq }) => seq > 0)
  return first === undefined || first.seq > place ? facts : facts.filter(({ seq }) => seq === 0 || seq > place)
}

/** Without this, a reader would ask for ever for what somebody has removed. */
function gone(place: number, lastSeq: number): BosunError {
  return new BosunError('RUN_UNKNOWN', {
    at: `facts ${place + 1} to ${lastSeq}`,
    summary: 'The journal does not hold what a reader has not read yet.',
    fix: 'Read it before the run is removed.',
  })
}
