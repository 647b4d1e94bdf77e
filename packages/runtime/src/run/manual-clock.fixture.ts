import type { Clock } from '@bosun/core'
import { pass } from './world.fixture.ts'

/** A clock that goes on when a test says so. */
export class ManualClock implements Clock {
  #now: number
  readonly #wakes = new Set<{ readonly atMs: number; readonly wake: () => void }>()

  constructor(now = 1_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, wake }
    this.#wakes.add(entry)
    return () => this.#wakes.delete(entry)
  }

  /** Instants at which somebody wants to be woken, in order. */
  get waits(): number[] {
    return Array.from(this.#wakes, ({ atMs }) => atMs).sort((a, b) => a - b)
  }

  /** Lets time pass as it does in a process that lives: whoever waits is woken in time, and may act on it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#now = Math.max(this.#now, next.atMs)
      this.#wakes.delete(next)
      next.wake()
      // What a wake leads to takes a few passes: a turn, its append, its commit.
      for (let count = 0; count < 4; count += 1) await pass()
    }
    this.#now = end
    for (let count = 0; count < 4; count += 1) await pass()
  }

  /** Lets time pass as it does in a process that is stopped: all wakes come at once, after it. */
  jump(ms: number): void {
    this.#now += ms
    for (let next = this.#first(this.#now); next !== undefined; next = this.#first(this.#now)) {
      this.#wakes.delete(next)
      next.wake()
    }
  }

  #first(until: number) {
    let first: { readonly atMs: number; readonly wake: () => void } | undefined
    for (const entry of this.#wakes) {
      if (entry.atMs <= until && (first === undefined || entry.atMs < first.atMs)) first = entry
    }
    return first
  }
}
