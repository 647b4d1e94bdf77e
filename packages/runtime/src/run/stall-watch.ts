import type { Clock } from '@bosun/core'

/**
 * Notices when this process was away: stopped, swapped out, or busy in one piece for long. Workers
 * were not silent then; nobody was listening.
 *
 * A timer is due four times per lease. When it is late by more than half a lease, the process was
 * away since somebody looked last. `look` is asked before time is fed, so that whichever callback
 * comes first after a gap sees it, be it the timer or another one.
 */
export class StallWatch {
  readonly #clock: Clock
  readonly #leaseMs: () => number
  readonly #onStall: () => void
  #seenAt = 0
  /** When the timer that is waited for should ring. */
  #dueAt = Infinity
  #stop: (() => void) | undefined

  /** @param onStall called when the timer is late; whoever answers asks `look` how long the gap was */
  constructor(clock: Clock, leaseMs: () => number, onStall: () => void) {
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#onStall = onStall
  }

  start(): void {
    const now = this.#clock.now()
    this.#seenAt = now
    this.#dueAt = this.#nextDue(now)
    this.#arm(now)
  }

  /** How long this process was away until now; 0 when it was not. A gap is told of once. */
  look(now: number): number {
    const gapMs = this.#isLate(now) ? now - this.#seenAt : 0
    this.#seenAt = now
    if (gapMs > 0) this.#dueAt = this.#nextDue(now)
    return gapMs
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  // ---------------------------------------------------------------------------------------------

  #arm(now: number): void {
    this.#stop = this.#clock.wakeAt(this.#nextDue(now), () => this.#ring())
  }

  #ring(): void {
    const now = this.#clock.now()
    this.#arm(now)
    // A gap is left for the loop to find, which takes in what waits before it lets time pass.
    if (this.#isLate(now)) this.#onStall()
    else {
      this.#seenAt = now
      this.#dueAt = this.#nextDue(now)
    }
  }

  #isLate(now: number): boolean {
    return now - this.#dueAt > this.#leaseMs() / 2
  }

  #nextDue(now: number): number {
    return now + Math.max(1, Math.floor(this.#leaseMs() / 4))
  }
}
