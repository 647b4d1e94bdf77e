import { KeyedHeap } from '../state/keyed-heap.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'

/** Lease deadlines of live attempts, earliest first; entries of attempts that ended surface as void. */
export class LeaseTimers {
  private readonly heap = new KeyedHeap()
  private readonly state: KernelState

  constructor(state: KernelState) {
    this.state = state
  }

  add(task: TaskRecord, at: number): void {
    this.heap.push(at, task.epoch, task.index)
  }

  /** The task whose timer is first, or `undefined`. */
  first(): { readonly task: TaskRecord; readonly at: number } | undefined {
    this.dropVoid()
    return this.heap.size === 0
      ? undefined
      : { task: this.state.tasks[this.heap.top] as TaskRecord, at: this.heap.topKey }
  }

  drop(): void {
    this.heap.pop()
  }

  dropVoid(): void {
    while (this.heap.size > 0) {
      const live = this.state.tasks[this.heap.top]?.live
      if (live !== undefined && live.epoch === this.heap.topTie) return
      this.heap.pop()
    }
  }

  rebuild(): void {
    this.heap.clear()
    for (const slot of this.state.slots.values()) {
      const task = slot.task < 0 ? undefined : this.state.tasks[slot.task]
      if (task?.live !== undefined) this.add(task, task.live.deadline)
    }
  }
}
