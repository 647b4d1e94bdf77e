/** Lets things through no faster than one in so many ms, on whatever clock it is told. */
export class Pace {
  readonly #everyMs: number
  #lastAt = -Infinity

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** Whether something may pass now; if so, it has passed. */
  lets(at: number): boolean {
    if (at - this.#lastAt < this.#everyMs) return false
    this.#lastAt = at
    return true
  }
}
