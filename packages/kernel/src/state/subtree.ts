import type { KernelState } from './kernel-state.ts'
import type { TaskRecord } from './task-record.ts'

/** A task, what its discoveries led to and what depends on any of these, in the order of the run. */
export function subtreeOf(state: KernelState, root: TaskRecord): readonly TaskRecord[] {
  const within = new Set([root.index])
  // A set is walked in the order in which it grows, so what is found on the way is walked as well.
  for (const index of within) {
    const { arrows } = state
    for (let arrow = arrows.first(index); arrow >= 0; arrow = arrows.next(arrow)) within.add(arrows.target(arrow))
    for (const child of state.tasks[index]?.children ?? []) within.add(child)
  }
  return Array.from(within)
    .sort((a, b) => a - b)
    .map((index) => state.tasks[index] as TaskRecord)
}
