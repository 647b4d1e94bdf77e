import type { Clock } from '@bosun/core'

/**
 * Notices when this process was away (stopped, swapped out, a long pause of its loop): the watch
 * comes much later than it was asked for. Workers were not silent then; nobody was listening.
 */
export class StallWatch {
  readonly #clock: Clock
  readonly #leaseMs: () => number
  readonly #onStall: (gapMs: number) => void
  #stop: (() => void) | undefined

  constructor(clock: Clock, leaseMs: () => number, onStall: (gapMs: number) => void) {
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#onStall = onStall
  }

  start(): void {
    const leaseMs = this.#leaseMs()
    const at = this.#clock.now() + Math.max(1, Math.floor(leaseMs / 4))
    this.#stop = this.#clock.wakeAt(at, () => {
      const late = this.#clock.now() - at
      if (late > leaseMs / 2) this.#onStall(late)
      this.start()
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
