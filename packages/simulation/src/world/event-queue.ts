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
  readonly #heap: { readonly at: number; readonly order: number; readonly act: () => void }[] = []
  readonly #due: (() => void)[] = []
  #order = 0

  /** Events that are due now. */
  get dueCount(): number {
    return this.#due.length
  }

  /** When the next event is due that is not yet; `Infinity` without one. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity
  }

  add(at: number, now: number, act: () => void): void {
    if (at <= now) {
      this.#due.push(act)
      return
    }
    const heap = this.#heap
    const entry = { at, order: this.#order++, act }
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
    if (index === 0) return due.shift() as () => void
    return due.splice(index, 1)[0] as () => void
  }

  clear(): void {
    this.#heap.length = 0
    this.#due.length = 0
  }

  #pop(): () => void {
    const heap = this.#heap
    const first = heap[0] as (typeof heap)[number]
    const last = heap.pop() as (typeof heap)[number]
    const size = heap.length
    if (size === 0) return first.act
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
    return first.act
  }
}

type Entry = { readonly at: number; readonly order: number }

function comesBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
