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
  readonly #due: (() => void)[] = []
  /** The chains of the events that are due, in their order. */
  readonly #dueChains: number[] = []
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
    return this.#dueChains
  }

  /** When the next event is due that is not yet; `Infinity` without one. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity
  }

  add(at: number, now: number, act: () => void): void {
    const chain = this.#chain ?? ++this.#chainsCount
    this.#chain = undefined
    if (at <= now) {
      this.#due.push(act)
      this.#dueChains.push(chain)
      return
    }
    const heap = this.#heap
    const entry = { at, order: this.#order++, act, chain }
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
    while (this.nextAt <= now) {
      const { act, chain } = this.#pop()
      this.#due.push(act)
      this.#dueChains.push(chain)
    }
  }

  /** Takes one of the events that are due. */
  take(index: number): () => void {
    const [due, chains] = [this.#due, this.#dueChains]
    this.#chain = index === 0 ? chains.shift() : chains.splice(index, 1)[0]
    return (index === 0 ? due.shift() : due.splice(index, 1)[0]) as () => void
  }

  clear(): void {
    this.#heap.length = 0
    this.#due.length = 0
    this.#dueChains.length = 0
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
