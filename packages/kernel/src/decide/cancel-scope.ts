import { BosunError, type CancelScope } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import { cancelTask } from './verdict.ts'

/** Cancels every unresolved task of a scope; those that depend on them are skipped by the drain. */
export function cancelScope(emitter: Emitter, scope: CancelScope, by: string, reason: string): void {
  for (const task of tasksIn(emitter.kernel.state, scope)) {
    if (!(task.status in emitter.kernel.state.counts)) cancelTask(emitter, task, by, reason)
  }
}

function tasksIn(state: KernelState, scope: CancelScope): readonly TaskRecord[] {
  if (scope.kind === 'run') return state.tasks
  const root = state.taskById.get(scope.task)
  if (root === undefined) throw new BosunError('TASK_UNKNOWN', { at: scope.task })
  return scope.kind === 'task' ? [root] : subtree(state, root)
}

/** A task, what its discoveries led to and what depends on any of these, in the order of the run. */
function subtree(state: KernelState, root: TaskRecord): readonly TaskRecord[] {
  const within = new Set([root.index])
  const childrenOf = Map.groupBy(state.tasks, (task) => task.parent ?? '')
  const pending = [root]
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const dependants = (task.dependants ?? []).map((index) => state.tasks[index] as TaskRecord)
    for (const next of [...dependants, ...(childrenOf.get(task.spec.id) ?? [])]) {
      if (within.has(next.index)) continue
      within.add(next.index)
      pending.push(next)
    }
  }
  return state.tasks.filter((task) => within.has(task.index))
}
