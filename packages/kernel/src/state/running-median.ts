import { KeyedHeap } from './keyed-heap.ts'

/** The median of whole numbers as they come, exact; of two in the middle the lower one. */
export class RunningMedian {
  /** The lower half with the highest on top, as negative keys; it has as many as the upper one, or one more. */
  private readonly lower = new KeyedHeap()
  private readonly upper = new KeyedHeap()

  get size(): number {
    return this.lower.size + this.upper.size
  }

  /** Only to be read when `size` is above 0. */
  get median(): number {
    return -this.lower.topKey
  }

  add(value: number): void {
    if (this.size > 0 && value > this.median) this.upper.push(value, 0, 0)
    else this.lower.push(-value, 0, 0)
    if (this.lower.size > this.upper.size + 1) move(this.lower, this.upper)
    else if (this.upper.size > this.lower.size) move(this.upper, this.lower)
  }
}

function move(from: KeyedHeap, to: KeyedHeap): void {
  to.push(-from.topKey, 0, 0)
  from.pop()
}
