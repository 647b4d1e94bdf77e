import type { Clock } from '@bosun/core'

/**
 * Notices when this process was away: stopped, swapped out, or busy in one piece for long. Workers
 * were not silent then; nobody was listening.
 *
 * `look` is asked before time is fed anywhere, so whichever callback comes first after a gap sees it.
 * In between, a timer looks often enough that a quiet run is not taken for an absent process.
 */
export class StallWatch {
  readonly #clock: Clock
  readonly #leaseMs: () => number
  readonly #onStall: () => void
  #seenAt = 0
  #stop: (() => void) | undefined

  /** @param onStall called when the timer finds a gap; whoever answers asks `look` for it */
  constructor(clock: Clock, leaseMs: () => number, onStall: () => void) {
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#onStall = onStall
  }

  start(): void {
    this.#seenAt = this.#clock.now()
    this.#arm()
  }

  /** How long nobody had looked, if that is more than half a lease; else 0. The gap is told of once. */
  look(now: number): number {
    const gapMs = now - this.#seenAt
    this.#seenAt = now
    return gapMs > this.#leaseMs() / 2 ? gapMs : 0
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  #arm(): void {
    const leaseMs = this.#leaseMs()
    const now = this.#clock.now()
    this.#stop = this.#clock.wakeAt(now + Math.max(1, Math.floor(leaseMs / 4)), () => {
      const then = this.#clock.now()
      // A gap is left for the loop to find, which takes in what waits before it lets time pass.
      if (then - this.#seenAt > this.#leaseMs() / 2) this.#onStall()
      else this.#seenAt = then
      this.#arm()
    })
  }
}
