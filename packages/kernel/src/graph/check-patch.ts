import { BosunError, canonicalJson, isOutcome, type Task } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { findCycle } from './find-cycle.ts'

/** What a patch is checked against beyond the tasks of the run. */
export interface PatchContext {
  /** Whether some worker does this type with these skills, ignoring skills if they are left out. */
  handles(type: string, skills?: readonly string[]): boolean
  /** Whether a worker of this type states a purpose. */
  hasSummary(type: string): boolean
}

/**
 * Checks a patch as a whole and returns the tasks of it that are new, in an order in which every
 * dependency comes first. A task that is submitted again with the very same specification is left
 * out, which makes submitting idempotent.
 *
 * @throws TASK_ID_REPEATED, TASK_ID_CONFLICT, TASK_DEPENDENCY_UNKNOWN, TASK_DEPENDENCY_SELF,
 * TASK_CYCLE with its path, TASK_TYPE_UNHANDLED, TASK_SKILL_MISSING, TASK_PURPOSE_MISSING,
 * TASK_OUTPUT_SHARED
 */
export function checkPatch(state: KernelState, tasks: readonly Task[], context: PatchContext): readonly Task[] {
  const patch = new Patch(state, tasks)
  for (let position = 0; position < tasks.length; position += 1) patch.take(position)
  for (const position of patch.fresh) checkTask(patch, position, context)
  const fresh = patch.fresh.map((position) => tasks[position] as Task)
  const ordered = patch.isInOrder ? fresh : sorted(fresh)
  checkOutputs(state, ordered)
  return ordered
}

/** A patch while it is checked. Names for messages are made only when there is something to say. */
class Patch {
  /** Positions of the tasks that the run does not have yet. */
  readonly fresh: number[] = []
  /** Whether every dependency within the patch comes before its dependants. */
  isInOrder = true
  private readonly positions = new Map<string, number>()
  private readonly state: KernelState
  readonly tasks: readonly Task[]

  constructor(state: KernelState, tasks: readonly Task[]) {
    this.state = state
    this.tasks = tasks
  }

  take(position: number): void {
    const task = this.tasks[position] as Task
    this.positions.set(task.id, position)
    if (this.positions.size === position) throw new BosunError('TASK_ID_REPEATED', { at: this.at(position) })
    const known = this.state.taskById.get(task.id)
    if (known === undefined) this.fresh.push(position)
    else if (known.spec !== task && canonicalJson(known.spec) !== canonicalJson(task)) {
      throw new BosunError('TASK_ID_CONFLICT', { at: this.at(position) })
    }
  }

  at(position: number): string {
    return `tasks[${position}] "${this.tasks[position]?.id}"`
  }

  /** Notes an arrow and refuses one that leads nowhere. */
  link(position: number, index: number, dependency: string): void {
    const within = this.positions.get(dependency)
    if (within === undefined) {
      if (this.state.taskById.has(dependency)) return
      throw new BosunError('TASK_DEPENDENCY_UNKNOWN', {
        at: `${this.at(position)}.dependsOn[${index}]`,
        received: `"${dependency}"`,
      })
    }
    if (within === position)
      throw new BosunError('TASK_DEPENDENCY_SELF', { at: `${this.at(position)}.dependsOn[${index}]` })
    if (within > position) this.isInOrder = false
  }
}

function checkTask(patch: Patch, position: number, context: PatchContext): void {
  const task = patch.tasks[position] as Task
  if (!context.handles(task.type)) {
    throw new BosunError('TASK_TYPE_UNHANDLED', { at: patch.at(position), received: `type "${task.type}"` })
  }
  if (task.skills !== undefined && task.skills.length > 0 && !context.handles(task.type, task.skills)) {
    throw new BosunError('TASK_SKILL_MISSING', { at: patch.at(position), received: task.skills.join(', ') })
  }
  if (task.purpose === undefined && !context.hasSummary(task.type)) {
    throw new BosunError('TASK_PURPOSE_MISSING', { at: patch.at(position) })
  }
  const { dependsOn } = task
  if (dependsOn === undefined) return
  for (let index = 0; index < dependsOn.length; index += 1) patch.link(position, index, dependsOn[index] as string)
}

/** Kahn's topological sort, keeping the given order among tasks that are free at the same time. */
function sorted(tasks: readonly Task[]): readonly Task[] {
  const ids = new Set(tasks.map((task) => task.id))
  const waiting = new Map<string, number>()
  const dependants = new Map<string, Task[]>()
  for (const task of tasks) {
    const within = new Set((task.dependsOn ?? []).filter((id) => ids.has(id)))
    waiting.set(task.id, within.size)
    for (const id of within) {
      const list = dependants.get(id)
      if (list === undefined) dependants.set(id, [task])
      else list.push(task)
    }
  }
  const ordered = tasks.filter((task) => waiting.get(task.id) === 0)
  for (let index = 0; index < ordered.length; index += 1) {
    for (const dependant of dependants.get(ordered[index]?.id ?? '') ?? []) {
      const left = (waiting.get(dependant.id) ?? 0) - 1
      waiting.set(dependant.id, left)
      if (left === 0) ordered.push(dependant)
    }
  }
  if (ordered.length === tasks.length) return ordered
  const cycle = findCycle(tasks.filter((task) => (waiting.get(task.id) ?? 0) > 0))
  throw new BosunError('TASK_CYCLE', { at: cycle.join(' → ') })
}

/**
 * Two writers of one path are in order when one is reached from the other along dependencies, or when
 * one has ended before the other is added.
 */
function checkOutputs(state: KernelState, fresh: readonly Task[]): void {
  if (!fresh.some((task) => task.outputs !== undefined)) return
  const writers = new Map<string, Task[]>()
  const specs = new Map(fresh.map((task) => [task.id, task]))
  const specOf = (id: string): Task | undefined => specs.get(id) ?? state.taskById.get(id)?.spec
  for (const task of fresh) {
    for (const path of task.outputs ?? []) {
      const others = (state.writers.get(path) ?? [])
        .map((index) => state.tasks[index] as TaskRecord)
        .filter(({ status }) => !isOutcome(status))
        .map(({ spec }) => spec)
      const within = writers.get(path) ?? []
      others.push(...within)
      for (const other of others) {
        if (other.id !== task.id && !reaches(task, other.id, specOf) && !reaches(other, task.id, specOf)) {
          throw new BosunError('TASK_OUTPUT_SHARED', {
            at: `"${other.id}" and "${task.id}"`,
            received: `both write ${path}`,
          })
        }
      }
      writers.set(path, [...within, task])
    }
  }
}

function reaches(from: Task, target: string, specOf: (id: string) => Task | undefined): boolean {
  const pending = [...(from.dependsOn ?? [])]
  const seen = new Set<string>()
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === target) return true
    if (seen.has(id)) continue
    seen.add(id)
    pending.push(...(specOf(id)?.dependsOn ?? []))
  }
  return false
}
