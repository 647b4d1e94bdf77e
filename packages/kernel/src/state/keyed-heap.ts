/**
 * A queue of whole numbers ordered by (key, tie, item), in flat arrays so that a push makes no object.
 * Entries that have become void stay until they surface; the owner drops them then.
 *
 * What is pushed in order, as nearly everything is under first come, first served, is appended to a
 * run and taken from its head at no cost; anything else goes through a binary min-heap beside it.
 */
export class KeyedHeap {
  private readonly run = new Entries()
  private readonly heap = new Entries()
  /** Entries of the run are those from `head` up to `tail`; their places are used again. */
  private head = 0
  private tail = 0

  get size(): number {
    return this.tail - this.head + this.heap.keys.length
  }

  /** Key, tie and item on top; only to be read when `size` is above 0. */
  get topKey(): number {
    return (this.isRunFirst ? this.run.keys[this.head] : this.heap.keys[0]) as number
  }
  get topTie(): number {
    return (this.isRunFirst ? this.run.ties[this.head] : this.heap.ties[0]) as number
  }
  get top(): number {
    return (this.isRunFirst ? this.run.items[this.head] : this.heap.items[0]) as number
  }

  /** Whether the top here goes before the top there. Neither may be empty. */
  comesBefore(other: KeyedHeap): boolean {
    return before(this.topKey, this.topTie, this.top, other.topKey, other.topTie, other.top)
  }

  push(key: number, tie: number, item: number): void {
    const { keys, ties, items } = this.run
    const last = this.tail - 1
    if (
      last >= this.head &&
      before(key, tie, item, keys[last] as number, ties[last] as number, items[last] as number)
    ) {
      siftUp(this.heap, key, tie, item)
      return
    }
    const at = this.tail
    keys[at] = key
    ties[at] = tie
    items[at] = item
    this.tail = at + 1
  }

  pop(): number {
    if (!this.isRunFirst) return siftDown(this.heap)
    const { items } = this.run
    const top = items[this.head] as number
    this.head += 1
    if (this.head === this.tail) {
      this.head = 0
      this.tail = 0
    } else if (this.head >= 4_096 && this.head * 2 >= items.length) {
      // Taken places are dropped in bulk, so that the run stays near the length of what waits in it.
      this.run.drop(this.head)
      this.tail -= this.head
      this.head = 0
    }
    return top
  }

  clear(): void {
    this.run.clear()
    this.heap.clear()
    this.head = 0
    this.tail = 0
  }

  private get isRunFirst(): boolean {
    if (this.head === this.tail) return false
    const { run, heap, head } = this
    if (heap.keys.length === 0) return true
    return !before(
      heap.keys[0] as number,
      heap.ties[0] as number,
      heap.items[0] as number,
      run.keys[head] as number,
      run.ties[head] as number,
      run.items[head] as number,
    )
  }
}

class Entries {
  readonly keys: number[] = []
  readonly ties: number[] = []
  readonly items: number[] = []

  drop(count: number): void {
    this.keys.splice(0, count)
    this.ties.splice(0, count)
    this.items.splice(0, count)
  }

  clear(): void {
    this.keys.length = 0
    this.ties.length = 0
    this.items.length = 0
  }
}

function siftUp({ keys, ties, items }: Entries, key: number, tie: number, item: number): void {
  let at = items.length
  keys.push(key)
  ties.push(tie)
  items.push(item)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const parentKey = keys[parent] as number
    if (before(parentKey, ties[parent] as number, items[parent] as number, key, tie, item)) break
    keys[at] = parentKey
    ties[at] = ties[parent] as number
    items[at] = items[parent] as number
    at = parent
  }
  keys[at] = key
  ties[at] = tie
  items[at] = item
}

/** Takes the first entry off and lets the last one sink from its place. */
function siftDown({ keys, ties, items }: Entries): number {
  const top = items[0] as number
  const key = keys.pop() as number
  const tie = ties.pop() as number
  const item = items.pop() as number
  const size = items.length
  if (size === 0) return top
  let at = 0
  for (let child = 1; child < size; child = at * 2 + 1) {
    let childKey = keys[child] as number
    const right = child + 1
    if (right < size) {
      const rightKey = keys[right] as number
      if (
        before(
          rightKey,
          ties[right] as number,
          items[right] as number,
          childKey,
          ties[child] as number,
          items[child] as number,
        )
      ) {
        child = right
        childKey = rightKey
      }
    }
    if (before(key, tie, item, childKey, ties[child] as number, items[child] as number)) break
    keys[at] = childKey
    ties[at] = ties[child] as number
    items[at] = items[child] as number
    at = child
  }
  keys[at] = key
  ties[at] = tie
  items[at] = item
  return top
}

function before(
  key: number,
  tie: number,
  item: number,
  otherKey: number,
  otherTie: number,
  otherItem: number,
): boolean {
  if (key !== otherKey) return key < otherKey
  return tie !== otherTie ? tie < otherTie : item < otherItem
}
