import { BosunError, isOutcome, type CancelScope } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import { tasksWithin } from '../state/group-record.ts'
import { subtreeOf } from '../state/subtree.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import { cancelTask } from './verdict.ts'

/**
 * Cancels the tasks of a scope that have no outcome. One whose result is accepted is left to finish
 * its publication. Tasks that depend on a cancelled one are skipped by the drain.
 *
 * @throws TASK_UNKNOWN
 */
export function cancelScope(emitter: Emitter, scope: CancelScope, by: string, reason: string): void {
  for (const task of tasksIn(emitter.kernel.state, scope)) {
    if (!isOutcome(task.status) && task.status !== 'publishing') cancelTask(emitter, task, by, reason)
  }
}

/** Cancels everything that has no outcome, for the end of the run. */
export function cancelAll(emitter: Emitter, by: string, reason: string): void {
  for (const task of emitter.kernel.state.tasks) {
    if (!isOutcome(task.status)) cancelTask(emitter, task, by, reason)
  }
}

function tasksIn(state: KernelState, scope: CancelScope): readonly TaskRecord[] {
  if (scope.kind === 'run') return state.tasks
  if (scope.kind === 'group') {
    const group = state.groups.get(scope.group)
    if (group === undefined) throw new BosunError('TASK_UNKNOWN', { at: scope.group })
    return tasksWithin(group).map((index) => state.tasks[index] as TaskRecord)
  }
  const root = state.taskById.get(scope.task)
  if (root === undefined) throw new BosunError('TASK_UNKNOWN', { at: scope.task })
  return scope.kind === 'task' ? [root] : subtreeOf(state, root)
}
