/** Bounds how often something is started again within any stretch of time. */
export class RestartBound {
  readonly #max: number
  readonly #withinMs: number
  readonly #deathsAt: number[] = []

  constructor(max: number, withinMs: number) {
    this.#max = max
    this.#withinMs = withinMs
  }

  /** Something died of itself. */
  died(atMs: number): void {
    this.#deathsAt.push(atMs)
    if (this.#deathsAt.length > this.#max) this.#deathsAt.shift()
  }

  /** When it may be started again: now, or when the oldest death of a full window has passed. */
  mayStartAt(nowMs: number): number {
    const oldest = this.#deathsAt.length < this.#max ? undefined : this.#deathsAt[0]
    return oldest === undefined ? nowMs : Math.max(nowMs, oldest + this.#withinMs)
  }
}
