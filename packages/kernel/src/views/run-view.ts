import type {
  ApprovalView,
  GroupStatus,
  GroupView,
  RunConfig,
  RunView,
  Tally,
  TaskView,
  WorkerEntry,
} from '@bosun/core'
import { isAwaited, type ApprovalRecord } from '../state/approval-record.ts'
import { around, nearestGroup, tasksWithin, type GroupRecord } from '../state/group-record.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { freezeJson } from './freeze-json.ts'

/**
 * The view of a run for managers and readers: every answer is a copy or frozen, so nothing reached
 * through it can change the run.
 */
export function runView(state: KernelState): RunView {
  return new StateView(state)
}

/** A class, since an object with accessors of its own takes far longer to make; the methods need no `this`. */
class StateView implements RunView {
  readonly #state: KernelState
  readonly task: RunView['task']
  readonly tasks: RunView['tasks']
  readonly group: RunView['group']
  readonly groups: RunView['groups']
  readonly isClosed: RunView['isClosed']

  constructor(state: KernelState) {
    this.#state = state
    this.task = (id) => {
      const task = state.taskById.get(id)
      return task === undefined ? undefined : snapshot(task)
    }
    this.tasks = () => snapshots(state.tasks)
    this.group = (name) => members(state, name)
    this.groups = () => levels(state)
    this.isClosed = (group) =>
      Array.from(around(nearestGroup(state.groups, group))).some(({ closed }) => closed !== undefined)
    Object.freeze(this)
  }

  get run() {
    return this.#state.run
  }

  get goal() {
    return freezeJson(this.#state.goal)
  }

  get config(): RunConfig {
    return freezeJson(this.#state.config)
  }

  get workers(): readonly WorkerEntry[] {
    return Array.from(this.#state.workers.values(), (worker) => freezeJson(worker.entry))
  }

  get paused() {
    return this.#state.paused
  }

  get approvals(): readonly ApprovalView[] {
    const state = this.#state
    return Object.freeze(Array.from(state.openApprovals, (record) => approvalView(state, record)))
  }

  get tally() {
    return tallyOf(this.#state)
  }

  get spent() {
    return Object.freeze({ tokens: this.#state.spentTokens, costMicros: this.#state.spentCostMicros })
  }

  get at() {
    return this.#state.at
  }
}

function approvalView({ tasks }: KernelState, record: ApprovalRecord): ApprovalView {
  const { approval, question, askedAt, call, request } = record
  const task = tasks[record.task]
  return Object.freeze({
    approval,
    question,
    askedAt,
    call: freezeJson(call),
    request,
    task: task?.spec.id,
    attempt: task !== undefined && isAwaited(record, task.live) ? task.attempt : undefined,
  })
}

function* snapshots(tasks: readonly TaskRecord[]): Generator<TaskView> {
  for (const task of tasks) yield snapshot(task)
}

function* members(state: KernelState, group: string): Generator<TaskView> {
  for (const index of state.groups.get(group)?.members ?? []) yield snapshot(state.tasks[index] as TaskRecord)
}

function* levels(state: KernelState): Generator<GroupView> {
  for (const group of state.groups.values()) yield groupSnapshot(state, group)
}

function groupSnapshot(state: KernelState, group: GroupRecord): GroupView {
  const { name, outer, spec, total, counts, unresolved, live } = group
  return Object.freeze({
    name,
    parent: outer?.name,
    spec: freezeJson(spec),
    status: statusOf(state, group),
    tally: Object.freeze({ total, ...counts, unresolved }),
    live,
    isClosed: Array.from(around(group)).some(({ closed }) => closed !== undefined),
  })
}

function statusOf(state: KernelState, group: GroupRecord): GroupStatus {
  const { total, counts, unresolved, hasBegun } = group
  if (unresolved === total) return hasBegun ? 'running' : 'waiting'
  if (unresolved > 0) return 'running'
  if (counts.succeeded === total) return 'succeeded'
  const isWaived = tasksWithin(group).every((index) => {
    const { status, waived, superseded } = state.tasks[index] as TaskRecord
    return status === 'succeeded' || waived || superseded
  })
  return isWaived ? 'succeeded' : 'failed'
}

/** The head count of a run. */
export function tallyOf(state: KernelState): Tally {
  return { total: state.total, ...state.counts, unresolved: state.unresolved, refused: state.refused }
}

function snapshot(task: TaskRecord): TaskView {
  return Object.freeze({
    spec: freezeJson(task.spec),
    status: task.status,
    depth: task.depth,
    parent: task.parent,
    epoch: task.epoch,
    retries: task.retries,
    readyAt: task.readyAt,
    remaining: task.remaining,
    attempt: task.attempt,
    owner: task.owner,
    result: freezeJson(task.result),
    error: freezeJson(task.error),
    because: task.because,
    waived: task.waived,
  })
}
