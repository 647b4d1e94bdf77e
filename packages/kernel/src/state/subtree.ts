import type { KernelState } from './kernel-state.ts'
import type { TaskRecord } from './task-record.ts'

/** A task, what its discoveries led to and what depends on any of these, in the order of the run. */
export function subtreeOf(state: KernelState, root: TaskRecord): readonly TaskRecord[] {
  const within = new Set([root.index])
  // A set is walked in the order in which it grows, so what is found on the way is walked as well.
  for (const index of within) {
    const task = state.tasks[index] as TaskRecord
    for (const dependant of task.dependants ?? []) within.add(dependant)
    for (const child of task.children ?? []) within.add(child)
  }
  return Array.from(within)
    .sort((a, b) => a - b)
    .map((index) => state.tasks[index] as TaskRecord)
}
