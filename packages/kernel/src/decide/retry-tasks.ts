import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'
import { addSuccessors, latestOf, mayBeSucceeded } from './successors.ts'

/**
 * A person has tasks tried again that ended without success: each gets a successor, and so do the tasks
 * that were skipped behind it. A run that has ended is reopened. Names of tasks that are not there,
 * succeeded, are still under way or were only skipped are left out.
 */
export function retryTasks(emitter: Emitter, { tasks: names, by, reason }: InputOf<'retry'>): void {
  const { state } = emitter.kernel
  const tasks = new Set<TaskRecord>()
  for (const name of names) {
    const task = latestOf(state, name)
    if (task !== undefined && mayBeSucceeded(task)) tasks.add(task)
  }
  if (tasks.size > 0) addSuccessors(emitter, tasks, { by, reason })
}
