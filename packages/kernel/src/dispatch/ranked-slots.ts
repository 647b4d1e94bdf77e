import type { SlotRecord } from '../state/kernel-state.ts'
import { KeyedHeap } from '../state/keyed-heap.ts'

/** Slots that a run can have at most, by far. */
const SLOTS_MAX = 2 ** 20

/**
 * Slots by a rank that changes, the lowest first; equal ones in the order in which they joined. Each rank
 * of a slot is listed at most once; a rank that the slot no longer has is void and dropped as it surfaces.
 */
export class RankedSlots {
  private readonly heap = new KeyedHeap()
  private readonly listed = new Set<number>()
  private readonly slots: SlotRecord[] = []
  private readonly rankOf: (slot: SlotRecord) => number | undefined

  /** @param rankOf its rank as of now; `undefined`: it is not among them */
  constructor(rankOf: (slot: SlotRecord) => number | undefined) {
    this.rankOf = rankOf
  }

  /** Looks at a slot again whose rank may have changed. */
  offer(slot: SlotRecord): void {
    const rank = this.rankOf(slot)
    if (rank === undefined) return
    const entry = rank * SLOTS_MAX + slot.number
    if (this.listed.has(entry)) return
    this.listed.add(entry)
    this.slots[slot.number] = slot
    this.heap.push(entry, 0, slot.number)
  }

  get first(): SlotRecord | undefined {
    while (this.heap.size > 0) {
      const slot = this.slots[this.heap.top] as SlotRecord
      if (this.rankOf(slot) === Math.floor(this.heap.topKey / SLOTS_MAX)) return slot
      this.listed.delete(this.heap.topKey)
      this.heap.pop()
    }
    return undefined
  }
}
