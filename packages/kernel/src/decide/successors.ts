import { isOutcome, predecessorId, successorId, type Task } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'

/*
 * An outcome is final, so what is tried or adopted after it goes on under the name of a successor
 * (`a~2`), and so does what was skipped because of it.
 */

/** Whether a successor may stand in for a task. What was only skipped follows from another one, and a twin stands in for nobody. */
export function mayBeSucceeded({ status, hedged }: TaskRecord): boolean {
  if (hedged >= 0) return false
  return status === 'failed' || status === 'lost' || status === 'cancelled'
}

/**
 * Adds a successor of each of these tasks, and of those that were skipped behind them unless something
 * else that did not succeed keeps them. A run that has ended is reopened.
 */
export function addSuccessors(
  emitter: Emitter,
  tasks: Iterable<TaskRecord>,
  { by, reason }: { readonly by: string; readonly reason: string },
): void {
  const { state } = emitter.kernel
  const succeeded = withSkipped(state, tasks)
  if (state.ended !== undefined) emitter.emit({ type: 'run.reopened', by, reason })
  for (const { spec, depth, parent } of inOrder(state, succeeded)) {
    const dependsOn = spec.dependsOn?.map((id) => standIn(state, id, succeeded))
    const task: Task = { ...spec, id: successorId(spec.id), ...(dependsOn === undefined ? {} : { dependsOn }) }
    emitter.emit({ type: 'task.added', task, depth, by, ...(parent === undefined ? {} : { parent }) })
  }
}

/** The task of this name, or whichever stands in for it now. */
export function latestOf(state: KernelState, id: string): TaskRecord | undefined {
  let task = state.taskById.get(id)
  while (task?.superseded === true) task = state.taskById.get(successorId(task.spec.id))
  return task
}

/** A task and all that it stands in for. */
export function generationsOf(state: KernelState, task: TaskRecord): readonly TaskRecord[] {
  const generations = [task]
  for (let id = predecessorId(task.spec.id); id !== undefined; id = predecessorId(id)) {
    const old = state.taskById.get(id)
    if (old !== undefined) generations.push(old)
  }
  return generations
}

// ---------------------------------------------------------------------------------------------

/**
 * The order of the run, in which every dependency comes before its dependants: a successor has the place of
 * the task that it stands in for.
 */
function inOrder(state: KernelState, tasks: Iterable<TaskRecord>): readonly TaskRecord[] {
  const placeOf = (task: TaskRecord) => generationsOf(state, task).at(-1)?.index ?? task.index
  return Array.from(tasks).sort((one, other) => placeOf(one) - placeOf(other))
}

function withSkipped(state: KernelState, tasks: Iterable<TaskRecord>): ReadonlySet<TaskRecord> {
  const succeeded = new Set(tasks)
  for (const task of skippedBehind(state, succeeded)) {
    const isOpen = (task.spec.dependsOn ?? []).every((id) => {
      const dependency = latestOf(state, id)
      if (dependency === undefined) return false
      return succeeded.has(dependency) || dependency.status === 'succeeded' || !isOutcome(dependency.status)
    })
    if (isOpen) succeeded.add(task)
  }
  return succeeded
}

function skippedBehind(state: KernelState, tasks: Iterable<TaskRecord>): readonly TaskRecord[] {
  const found = new Set<TaskRecord>()
  const pending = Array.from(tasks)
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const { arrows } = state
    // An older one of the same task may be what a dependant was skipped for.
    for (const old of generationsOf(state, task)) {
      for (let arrow = arrows.first(old.index); arrow >= 0; arrow = arrows.next(arrow)) {
        const dependant = state.tasks[arrows.target(arrow)] as TaskRecord
        if (dependant.status !== 'skipped' || dependant.superseded || found.has(dependant)) continue
        found.add(dependant)
        pending.push(dependant)
      }
    }
  }
  return inOrder(state, found)
}

function standIn(state: KernelState, id: string, succeeded: ReadonlySet<TaskRecord>): string {
  const latest = latestOf(state, id)
  if (latest === undefined) return id
  return succeeded.has(latest) ? successorId(latest.spec.id) : latest.spec.id
}
