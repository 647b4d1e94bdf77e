import { KeyedHeap } from '../state/keyed-heap.ts'
import type { WorkerRecord } from '../state/kernel-state.ts'

/** Ordinals of one worker's free slots, each listed at most once; taken ones surface as void. */
export class FreeSlots {
  readonly worker: WorkerRecord
  private readonly ordinals = new KeyedHeap()
  private readonly listed: boolean[] = []

  constructor(worker: WorkerRecord) {
    this.worker = worker
  }

  add(ordinal: number): void {
    if (this.listed[ordinal] === true) return
    this.listed[ordinal] = true
    this.ordinals.push(ordinal, 0, ordinal)
  }

  get first(): number | undefined {
    return this.ordinals.size > 0 ? this.ordinals.top : undefined
  }

  take(): number {
    const ordinal = this.ordinals.pop()
    this.listed[ordinal] = false
    return ordinal
  }
}
