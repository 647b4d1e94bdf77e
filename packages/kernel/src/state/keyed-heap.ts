/**
 * A binary min-heap of whole numbers ordered by (key, tie, item), in three flat arrays so that a push
 * makes no object. Entries that have become void stay until they surface; the owner drops them then.
 */
export class KeyedHeap {
  private readonly keys: number[] = []
  private readonly ties: number[] = []
  private readonly items: number[] = []

  get size(): number {
    return this.items.length
  }

  /** Key, tie and item on top; only to be read when `size` is above 0. */
  get topKey(): number {
    return this.keys[0] as number
  }
  get topTie(): number {
    return this.ties[0] as number
  }
  get top(): number {
    return this.items[0] as number
  }

  /** Whether the top here goes before the top there. Neither may be empty. */
  comesBefore(other: KeyedHeap): boolean {
    return before(this.topKey, this.topTie, this.top, other.topKey, other.topTie, other.top)
  }

  push(key: number, tie: number, item: number): void {
    let at = this.items.length
    const { keys, ties, items } = this
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

  pop(): number {
    const { keys, ties, items } = this
    const top = items[0] as number
    const key = keys.pop() as number
    const tie = ties.pop() as number
    const item = items.pop() as number
    const size = items.length
    if (size === 0) return top
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= size) break
      let childKey = keys[child] as number
      if (child + 1 < size) {
        const right = child + 1
        const rightKey = keys[right] as number
        const rightTie = ties[right] as number
        if (
          before(rightKey, rightTie, items[right] as number, childKey, ties[child] as number, items[child] as number)
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

  clear(): void {
    this.keys.length = 0
    this.ties.length = 0
    this.items.length = 0
  }
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
