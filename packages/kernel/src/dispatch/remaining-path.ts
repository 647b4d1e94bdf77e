import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'

/**
 * For each task, the number of tasks on the longest path from it to the end of the graph, itself
 * included: what the critical-path order sorts by. Kept as tasks are added; a growth travels up to
 * the tasks that come before.
 */
export class RemainingPath {
  private readonly state: KernelState
  private readonly lengths: number[] = []

  constructor(state: KernelState) {
    this.state = state
  }

  of(index: number): number {
    return this.lengths[index] ?? 1
  }

  /** Takes in tasks that were added since; tells whether the length of an older one changed. */
  update(): boolean {
    const { tasks } = this.state
    const from = this.lengths.length
    if (from === tasks.length) return false
    let changed = false
    for (let index = from; index < tasks.length; index += 1) this.lengths.push(1)
    // Later tasks first: within a patch most dependencies point backwards, so lengths are nearly final.
    for (let index = tasks.length - 1; index >= from; index -= 1) {
      if (this.raise(index, from)) changed = true
    }
    return changed
  }

  rebuild(): void {
    this.lengths.length = 0
    this.update()
  }

  private raise(start: number, from: number): boolean {
    let changed = false
    const pending = [start]
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const length = this.of(index) + 1
      for (const id of (this.state.tasks[index] as TaskRecord).spec.dependsOn ?? []) {
        const before = this.state.taskById.get(id)
        if (before === undefined || this.of(before.index) >= length) continue
        this.lengths[before.index] = length
        if (before.index < from) changed = true
        pending.push(before.index)
      }
    }
    return changed
  }
}
