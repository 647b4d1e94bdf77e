/** What is still to come, in the order of time; what comes at the same time keeps the order of its entry. */
export class TimeLine<T extends { readonly at: number }> {
  /** Latest first, so that the next one is taken off the end. */
  readonly #coming: T[] = []

  get next(): T | undefined {
    return this.#coming.at(-1)
  }

  add(entry: T): void {
    let low = 0
    let high = this.#coming.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#coming[middle] as T).at > entry.at) low = middle + 1
      else high = middle
    }
    this.#coming.splice(low, 0, entry)
  }

  take(): T | undefined {
    return this.#coming.pop()
  }
}
