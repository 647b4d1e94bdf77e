/** Something that will happen in the world. */
export interface PlannedEvent {
  readonly at: number
  readonly act: () => void
}

/**
 * What is to happen, by time. Events of the same ms wait side by side, in the order in which they
 * were planned, until one of them is taken.
 */
export class EventQueue {
  /** A binary heap by time; its order among equals is settled when they become due. */
  readonly #heap: Entry[] = []
  readonly #due: Entry[] = []
  #order = 0
  /** The chain of the event that happens, until it has planned its first successor, which goes on with it. */
  #chain: number | undefined
  #chainsCount = 0

  /** Events that are due now. */
  get dueCount(): number {
    return this.#due.length
  }

  /**
   * Which chain of causes each due event belongs to: an event goes on with the chain of the event that
   * planned it, unless another one does so already; then it begins one of its own.
   */
  get dueChains(): readonly number[] {
    return this.#due.map(({ chain }) => chain)
  }

  /** When the next event is due that is not yet; `Infinity` without one. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity
  }

  add(at: number, now: number, act: () => void): void {
    const chain = this.#chain ?? ++this.#chainsCount
    this.#chain = undefined
    const entry = { at, order: this.#order++, act, chain }
    if (at <= now) {
      this.#due.push(entry)
      return
    }
    const heap = this.#heap
    let place = heap.length
    heap.push(entry)
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = heap[above] as typeof entry
      if (other.at <= at) break
      heap[place] = other
      place = above
    }
    heap[place] = entry
  }

  /** Lets time pass: what lies up to `now` becomes due, in its order. */
  advance(now: number): void {
    while (this.nextAt <= now) this.#due.push(this.#pop())
  }

  /** Takes one of the events that are due. */
  take(index: number): () => void {
    const due = this.#due
    const { act, chain } = due[index] as Entry
    // By hand, since `splice` and `shift` give up the memory of a list that is filled again and again.
    for (let place = index + 1; place < due.length; place += 1) due[place - 1] = due[place] as Entry
    due.pop()
    this.#chain = chain
    return act
  }

  #pop(): Entry {
    const heap = this.#heap
    const first = heap[0] as Entry
    const last = heap.pop() as Entry
    const size = heap.length
    if (size === 0) return first
    let place = 0
    for (let child = 1; child < size; child = place * 2 + 1) {
      const left = heap[child] as typeof last
      const right = heap[child + 1]
      const isRight = right !== undefined && comesBefore(right, left)
      const least = isRight ? right : left
      if (comesBefore(last, least)) break
      heap[place] = least
      place = isRight ? child + 1 : child
    }
    heap[place] = last
    return first
  }
}

interface Entry extends PlannedEvent {
  readonly order: number
  readonly chain: number
}

function comesBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
