import { isOutcome, predecessorId, successorId, type Task } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'

/**
 * A person has tasks tried again that ended without success. An outcome is final, so each gets a
 * successor (`a~2`), and so do the tasks that were skipped behind it, unless something else that
 * did not succeed keeps them. A run that has ended is reopened. Names of tasks that are not there,
 * succeeded, are still under way or were only skipped are left out.
 */
export function retryTasks(emitter: Emitter, { tasks, by, reason }: InputOf<'retry'>): void {
  const { state } = emitter.kernel
  const repeated = tasksToRepeat(state, tasks)
  if (repeated.size === 0) return
  if (state.ended !== undefined) emitter.emit({ type: 'run.reopened', by, reason })
  for (const { spec, depth, parent } of inOrder(state, repeated)) {
    const dependsOn = spec.dependsOn?.map((id) => standIn(state, id, repeated))
    const task: Task = { ...spec, id: successorId(spec.id), ...(dependsOn === undefined ? {} : { dependsOn }) }
    emitter.emit({ type: 'task.added', task, depth, by, ...(parent === undefined ? {} : { parent }) })
  }
}

/**
 * The order of the run, in which every dependency comes before its dependants: a successor has the place of
 * the task that it stands in for.
 */
function inOrder(state: KernelState, tasks: Iterable<TaskRecord>): readonly TaskRecord[] {
  const placeOf = (task: TaskRecord) => generationsOf(state, task).at(-1)?.index ?? task.index
  return Array.from(tasks).sort((one, other) => placeOf(one) - placeOf(other))
}

/** The named tasks, and those skipped behind them that nothing else keeps. */
function tasksToRepeat(state: KernelState, names: readonly string[]): ReadonlySet<TaskRecord> {
  const repeated = new Set<TaskRecord>()
  for (const name of names) {
    const task = latestOf(state, name)
    if (task !== undefined && mayRepeat(task)) repeated.add(task)
  }
  const behind = skippedBehind(state, repeated)
  for (const task of behind) {
    const isOpen = (task.spec.dependsOn ?? []).every((id) => {
      const dependency = latestOf(state, id)
      if (dependency === undefined) return false
      return repeated.has(dependency) || dependency.status === 'succeeded' || !isOutcome(dependency.status)
    })
    if (isOpen) repeated.add(task)
  }
  return repeated
}

function mayRepeat({ status }: TaskRecord): boolean {
  return status === 'failed' || status === 'lost' || status === 'cancelled'
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

function standIn(state: KernelState, id: string, repeated: ReadonlySet<TaskRecord>): string {
  const latest = latestOf(state, id)
  if (latest === undefined) return id
  return repeated.has(latest) ? successorId(latest.spec.id) : latest.spec.id
}

/** The task of this name, or whichever stands in for it now. */
function latestOf(state: KernelState, id: string): TaskRecord | undefined {
  let task = state.taskById.get(id)
  while (task?.superseded === true) task = state.taskById.get(successorId(task.spec.id))
  return task
}

/** A task and all that it stands in for. */
function generationsOf(state: KernelState, task: TaskRecord): readonly TaskRecord[] {
  const generations = [task]
  for (let id = predecessorId(task.spec.id); id !== undefined; id = predecessorId(id)) {
    const old = state.taskById.get(id)
    if (old !== undefined) generations.push(old)
  }
  return generations
}
