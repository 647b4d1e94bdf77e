import type { Report, ResultQueue } from '@bosun/core'

/** Reports kept of a run that nobody consumes; beyond, the oldest go, and `droppedCount` tells. */
const UNCONSUMED_REPORTS_MAX = 10_000

interface Channel {
  /** Published and not delivered. */
  waiting: Report[]
  /** Delivered, in order; those from `head` on are not acknowledged, and are delivered again, first, to the next consumer. */
  delivered: Report[]
  head: number
  /** Whether it is among those to deliver from. */
  isDirty: boolean
  take: ((reports: readonly Report[]) => void) | undefined
}

/**
 * The result queue of one process.
 *
 * All reports of one turn of the event loop reach the consumer as one batch, in the turn after: a
 * consumer that answers with more work cannot starve timers and I/O.
 */
export class InProcessResultQueue implements ResultQueue {
  readonly #channels = new Map<string, Channel>()
  #dirty: Channel[] = []
  #isScheduled = false
  #dropped = 0

  get droppedCount(): number {
    return this.#dropped
  }

  publish(report: Report): void {
    const channel = this.#channel(report.run)
    channel.waiting.push(report)
    if (channel.take !== undefined) this.#schedule(channel)
    else if (channel.waiting.length > UNCONSUMED_REPORTS_MAX) {
      channel.waiting.shift()
      this.#dropped += 1
    }
  }

  consume(run: string, take: (reports: readonly Report[]) => void): () => void {
    const channel = this.#channel(run)
    if (channel.take !== undefined) throw new TypeError(`The reports of run ${run} have a consumer already.`)
    channel.take = take
    if (channel.delivered.length > channel.head) {
      channel.waiting = [...channel.delivered.slice(channel.head), ...channel.waiting]
    }
    channel.delivered = []
    channel.head = 0
    if (channel.waiting.length > 0) this.#schedule(channel)
    return () => {
      if (channel.take === take) channel.take = undefined
    }
  }

  ack(reports: readonly Report[]): void {
    for (const report of reports) {
      const channel = this.#channels.get(report.run)
      if (channel !== undefined) acknowledge(channel, report)
    }
  }

  /** The run is over: what is held of it goes. */
  forget(run: string): void {
    this.#channels.delete(run)
  }

  #channel(run: string): Channel {
    let channel = this.#channels.get(run)
    if (channel === undefined) {
      channel = { waiting: [], delivered: [], head: 0, isDirty: false, take: undefined }
      this.#channels.set(run, channel)
    }
    return channel
  }

  #schedule(channel: Channel): void {
    if (channel.isDirty) return
    channel.isDirty = true
    this.#dirty.push(channel)
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#deliver())
  }

  #deliver(): void {
    this.#isScheduled = false
    const channels = this.#dirty
    this.#dirty = []
    for (const channel of channels) {
      channel.isDirty = false
      if (channel.take === undefined || channel.waiting.length === 0) continue
      const reports = channel.waiting
      channel.waiting = []
      for (const report of reports) channel.delivered.push(report)
      channel.take(reports)
    }
  }
}

/** Reports are acknowledged in the order of their delivery, or nearly so. */
function acknowledge(channel: Channel, report: Report): void {
  const { delivered } = channel
  if (delivered[channel.head] === report) channel.head += 1
  else {
    const index = delivered.indexOf(report, channel.head)
    if (index >= 0) delivered.splice(index, 1)
  }
  // Dropped in bulk, so that the list stays as long as what waits in it.
  if (channel.head === delivered.length || channel.head >= 1_024) {
    delivered.splice(0, channel.head)
    channel.head = 0
  }
}
