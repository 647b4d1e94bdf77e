import type { Clock } from '@bosun/core'

/** Longest delay of one timer of the platform; longer waits are taken in steps. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * The clock of a real machine: anchored to the calendar once, then monotonic, so that neither a
 * correction of the clock nor a leap moves a lease.
 */
export class SystemClock implements Clock {
  readonly #anchor = Date.now() - performance.now()

  now(): number {
    return Math.floor(this.#anchor + performance.now())
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout | undefined
    const wait = () => {
      const left = atMs - this.now()
      if (left <= 0 && timer !== undefined) wake()
      else timer = setTimeout(wait, Math.min(Math.max(left, 0), TIMER_MS_MAX))
    }
    wait()
    return () => clearTimeout(timer)
  }
}
