import {
  BosunError,
  canonicalJson,
  errorRecord,
  errorRecordOf,
  type Decision,
  type ErrorRecord,
  type Group,
  type Outcome,
  type Task,
  type TaskStatus,
} from '@bosun/core'
import type { Kernel } from '../kernel.ts'
import { checkPatch, type PatchContext } from '../graph/check-patch.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { nextDelivery } from '../views/messages.ts'
import { loseAttempt } from './attempt-inputs.ts'
import { askForManager } from './answer-approval.ts'
import { cancelScope } from './cancel-scope.ts'
import type { Emitter } from './emitter.ts'
import { endRun } from './end-run.ts'
import { checkGroups, openGroup, waiveRefused } from './group-policies.ts'
import type { InputOf } from './input.ts'
import { pauseForQuota, QUOTA_SPENT } from './quota.ts'
import { cancelTask } from './verdict.ts'

/** What the manager decided, what its planner answered, and its own deaths. */
export function decideManager(
  emitter: Emitter,
  input: InputOf<'decided' | 'plannerCalled' | 'planned' | 'planFailed' | 'diverged' | 'recovered'>,
): void {
  const { state } = emitter.kernel
  if (state.ended !== undefined && input.type !== 'decided') return
  switch (input.type) {
    case 'decided':
      decideDelivered(emitter, input)
      return
    case 'planned':
      if (state.plans.has(input.request)) receivePlan(emitter, input)
      return
    case 'plannerCalled': {
      const { at: _at, ...call } = input
      emitter.emit({ ...call, type: 'planner.called' })
      return
    }
    case 'planFailed':
      failPlan(emitter, input)
      return
    case 'diverged':
      emitter.emit({
        type: 'manager.diverged',
        message: input.message,
        expected: input.expected,
        received: input.received,
      })
      if (!state.paused) emitter.emit({ type: 'run.paused', by: 'kernel', reason: 'MANAGER_DIVERGED' })
      return
    case 'recovered':
      recover(emitter, input)
  }
}

/** A planner that was refused for a spent quota has not failed: it is asked again when the run is resumed. */
function failPlan(emitter: Emitter, { request: plan, error }: InputOf<'planFailed'>): void {
  const open = emitter.kernel.state.plans.get(plan)
  if (open === undefined || open.isDeferred) return
  if (error.code !== QUOTA_SPENT) {
    emitter.emit({ type: 'plan.rejected', plan, error })
    return
  }
  emitter.emit({ type: 'plan.deferred', plan, error })
  pauseForQuota(emitter, error)
}

/** Every attempt of the manager's former life is lost; the fence keeps out whatever it still sends. */
function recover(emitter: Emitter, input: InputOf<'recovered'>): void {
  const { state } = emitter.kernel
  emitter.emit({ type: 'manager.recovered', managerEpoch: input.managerEpoch, owner: input.owner })
  const error: ErrorRecord = { code: 'MANAGER_RESTARTED', message: 'The manager was restarted while the attempt ran.' }
  for (const slot of state.slots.values()) {
    const task = slot.task < 0 ? undefined : state.tasks[slot.task]
    if (task?.live !== undefined) loseAttempt(emitter, task, error, 'restart')
  }
}

function receivePlan(emitter: Emitter, { request, tasks, groups, hash }: InputOf<'planned'>): void {
  try {
    if (tasks.length === 0) throw new BosunError('PLAN_EMPTY', { at: request })
    checkPatch(emitter.kernel.state, tasks, patchContext(emitter.kernel))
    emitter.emit({
      type: 'plan.received',
      request,
      tasks: tasks as Task[],
      ...(groups === undefined ? {} : { groups: groups as Group[] }),
      ...(hash === undefined ? {} : { hash }),
    })
  } catch (error) {
    emitter.emit({ type: 'plan.rejected', plan: request, error: recordOf(error) })
  }
}

function decideDelivered(emitter: Emitter, input: InputOf<'decided'>): void {
  const { state } = emitter.kernel
  const next = nextDelivery(state, emitter.at)
  if (next === undefined) throw new BosunError('INTERNAL', { at: 'decided', expected: 'a message that was delivered' })
  const { kind, ref, text } = next
  const wasSettled = kind === 'settled' && state.settledProgress === state.progress
  const message = state.seq + 1
  const { ms = 0 } = input
  if (kind === 'woke' || ms > 0) {
    const wake = kind === 'woke' ? { wake: text } : {}
    emitter.emit({ type: 'message.delivered', kind, ref, ...wake, ...(ms > 0 ? { ms } : {}) })
  } else emitter.add({ seq: message, at: emitter.at, cause: emitter.cause, type: 'message.delivered', kind, ref })
  const { progress } = state
  if (input.decisions.length > 0) {
    const decisions = input.decisions.filter((decision) => decision.type !== 'partial')
    if (decisions.length > 0) emitter.emit({ type: 'manager.decided', message, decisions })
  }
  for (let index = 0; index < input.decisions.length && state.ended === undefined; index += 1) {
    carryOut(emitter, input.decisions[index] as Decision, input.prepared?.[index])
  }
  if (state.ended !== undefined) return
  if (input.failure !== undefined) {
    endRun(emitter, { end: 'failed', causeCode: input.failure.code, error: input.failure, result: null })
  } else if (kind === 'settled' && state.progress === progress) {
    endIdle(emitter, wasSettled)
  }
}

/**
 * Nothing came of a settled message. A refusal still waits to be heard and gives the manager one more
 * turn; a second settled message without a step between ends the run.
 */
function endIdle(emitter: Emitter, wasSettled: boolean): void {
  const { state } = emitter.kernel
  const heard = state.inbox.at(-1)
  if (!wasSettled && state.inboxHead < state.inbox.length) return
  const error: ErrorRecord = {
    code: 'MANAGER_IDLE',
    message: `Everything was settled and the manager "${state.manager}" decided nothing.${heard?.kind === 'refused' ? ` It was refused before: ${heard.error?.message}` : ''}`,
  }
  endRun(emitter, { end: 'failed', causeCode: error.code, error, result: null })
}

/** Carries out one decision, or refuses it with a fact that the manager hears of. */
function carryOut(emitter: Emitter, decision: Decision, prepared: readonly Task[] | ErrorRecord | undefined): void {
  try {
    switch (decision.type) {
      case 'delegate':
        delegate(emitter, decision, prepared)
        return
      case 'amend':
        amend(emitter, decision)
        return
      case 'group':
        openGroup(emitter, decision.group)
        return
      case 'cancel':
        cancelScope(emitter, decision.scope, 'manager', decision.reason)
        return
      case 'wake':
        // Later than now, so that a manager that wakes itself again and again cannot stop time.
        emitter.emit({ type: 'wake.set', wake: decision.wake, wakeAt: Math.max(decision.at, emitter.at + 1) })
        return
      case 'waive': {
        const error = refusalOf(emitter.kernel.state, decision.tasks)
        if (error !== undefined) refuse(emitter, decision, error)
        else emitter.emit({ type: 'waiver.given', tasks: decision.tasks, by: 'manager', reason: decision.reason })
        return
      }
      case 'ask':
        askForManager(emitter, decision.request, decision.question)
        return
      case 'finish':
        finish(emitter, decision)
        return
      case 'fail':
        endRun(emitter, {
          end: 'failed',
          causeCode: 'MANAGER_FAILED',
          error: { code: 'MANAGER_FAILED', message: decision.reason },
          result: decision.result ?? null,
        })
        return
      case 'plan':
      case 'partial':
    }
  } catch (error) {
    // Everything that may be refused is checked before the first fact; what comes later is our own fault.
    if (!BosunError.is(error) || error.code === 'FACT_ILLEGAL' || error.code === 'INTERNAL') throw error
    refuse(emitter, decision, recordOf(error))
  }
}

function refuse(emitter: Emitter, { type }: Decision, error: ErrorRecord): void {
  emitter.emit({ type: 'manager.refused', decision: type, error })
}

function delegate(
  emitter: Emitter,
  decision: Extract<Decision, { type: 'delegate' }>,
  prepared: readonly Task[] | ErrorRecord | undefined,
): void {
  const { state } = emitter.kernel
  const parent = decision.parent === undefined ? undefined : state.taskById.get(decision.parent)
  if (decision.parent !== undefined && parent === undefined) {
    throw new BosunError('TASK_UNKNOWN', { at: 'delegate.parent', received: `"${decision.parent}"` })
  }
  const checked = checkDelegation(emitter.kernel, decision.tasks, prepared, parent)
  if ('error' in checked) {
    refuseTasks(emitter, decision.tasks, parent?.spec.id, checked.error)
    if (checked.error.code === 'TASK_CANCELLED') waiveRefused(emitter, decision.tasks)
    return
  }
  const { fresh, depth } = checked
  if (decision.plan !== undefined) emitter.emit({ type: 'plan.accepted', plan: decision.plan, tasks: fresh.length })
  const by = decision.plan === undefined ? 'manager' : 'planner'
  for (const task of fresh) {
    const added = {
      seq: emitter.seq,
      at: emitter.at,
      cause: emitter.cause,
      type: 'task.added',
      task,
      depth,
      by,
    } as const
    emitter.add(parent === undefined ? added : { ...added, parent: parent.spec.id })
  }
}

/** The tasks of a patch that are new, in order, or the one reason why the whole patch is refused. */
function checkDelegation(
  kernel: Kernel,
  tasks: readonly Task[],
  prepared: readonly Task[] | ErrorRecord | undefined,
  parent: TaskRecord | undefined,
): { fresh: readonly Task[]; depth: number } | { error: ErrorRecord } {
  if (prepared !== undefined && 'code' in prepared) return { error: prepared }
  if (kernel.state.closed || parent?.closed === true || parent?.status === 'cancelled') {
    const closed = kernel.state.closed ? 'the run' : `the subtree of "${parent?.spec.id}"`
    const summary = `Nothing can be added, because ${closed} was cancelled.`
    return { error: errorRecordOf('TASK_CANCELLED', { at: 'delegate', summary }) }
  }
  try {
    const fresh = checkPatch(kernel.state, prepared ?? tasks, patchContext(kernel))
    checkGroups(kernel.state, fresh)
    const depth = parent === undefined ? 0 : parent.depth + 1
    const error =
      fresh.length === 0
        ? undefined
        : brokenCap(kernel, fresh.length, depth, parent?.children?.length ?? 0, parent !== undefined)
    return error === undefined ? { fresh, depth } : { error }
  } catch (error) {
    return { error: recordOf(error) }
  }
}

/** Refuses a patch as a whole, task by task, so that each is counted and the manager hears of each. */
function refuseTasks(emitter: Emitter, tasks: readonly Task[], parent: string | undefined, error: ErrorRecord): void {
  const known = emitter.kernel.state.taskById
  const fresh = tasks.filter((task) => !known.has(task.id))
  for (const task of fresh.length === 0 ? tasks : fresh) {
    emitter.emit({ type: 'spawn.refused', task: task.id, ...(parent === undefined ? {} : { parent }), error })
  }
}

function brokenCap(
  kernel: Kernel,
  count: number,
  depth: number,
  children: number,
  isDiscovery: boolean,
): ErrorRecord | undefined {
  const { state } = kernel
  const { tasksMax, depthMax, fanOutMax } = state.config.limits
  if (state.total + count > tasksMax) {
    return errorRecordOf('LIMIT_TASKS', { expected: `at most ${tasksMax}`, received: `${state.total + count}` })
  }
  if (depth > depthMax) return errorRecordOf('LIMIT_DEPTH', { expected: `at most ${depthMax}`, received: `${depth}` })
  if (isDiscovery && children + count > fanOutMax) {
    return errorRecordOf('LIMIT_FAN_OUT', { expected: `at most ${fanOutMax}`, received: `${children + count}` })
  }
  return undefined
}

/** What the run's workers can do, as graphs are checked against it. */
export function patchContext(kernel: Kernel): PatchContext {
  return {
    handles: (type, skills) => kernel.index.workersFor(type, skills).length > 0,
    hasSummary: (type) => kernel.index.workersFor(type).some(({ entry }) => entry.summary !== ''),
  }
}

function amend(emitter: Emitter, decision: Extract<Decision, { type: 'amend' }>): void {
  const { state } = emitter.kernel
  const untouched = (id: string) => {
    const task = state.taskById.get(id)
    if (task === undefined) throw new BosunError('TASK_UNKNOWN', { at: id })
    if (task.epoch > 0 || !UNTOUCHED.has(task.status)) throw new BosunError('TASK_ALREADY_STARTED', { at: id })
    return task
  }
  // Checked as a whole before the first fact, so that a refusal leaves nothing half done.
  const replaced = (decision.replace ?? []).map((spec) => {
    return keepPlace(untouched(spec.id).spec, spec)
  })
  const withdrawn = new Set((decision.withdraw ?? []).map(untouched))
  for (const task of replaced) emitter.emit({ type: 'task.amended', task })
  for (const task of withdrawn) cancelTask(emitter, task, 'manager', 'withdrawn')
}

const UNTOUCHED: ReadonlySet<TaskStatus> = new Set(['waiting', 'ready', 'placed'])

/** What holds a task in its place in the graph. It is kept, and an amendment that says otherwise is refused. */
const PLACE = ['type', 'dependsOn', 'outputs', 'skills', 'group'] as const

function keepPlace(known: Task, amended: Task): Task {
  const kept: Record<string, unknown> = { ...amended }
  for (const field of PLACE) {
    const value = known[field]
    if (amended[field] !== undefined && canonicalJson(amended[field]) !== canonicalJson(value ?? [])) {
      const summary = `The ${field} of a task cannot be amended.`
      const fix = 'Withdraw the task and add another one.'
      throw new BosunError('TASK_ID_CONFLICT', { at: `${known.id}.${field}`, summary, fix })
    }
    if (value === undefined) delete kept[field]
    else kept[field] = value
  }
  return kept as Task
}

/** Why these tasks may not be waived by the manager, if so. */
function refusalOf(state: KernelState, tasks: readonly string[]): ErrorRecord | undefined {
  for (const id of tasks) {
    if (state.refusals.has(id)) return errorRecordOf('WAIVER_REFUSED', { at: id, received: 'refused' })
    const task = state.taskById.get(id)
    if (task === undefined) return errorRecordOf('TASK_UNKNOWN', { at: id })
    if (!(state.config.policy.waive as readonly string[]).includes(task.status as Outcome)) {
      return errorRecordOf('WAIVER_REFUSED', { at: id, received: task.status })
    }
  }
  return undefined
}

function finish(emitter: Emitter, decision: Extract<Decision, { type: 'finish' }>): void {
  const { state } = emitter.kernel
  if (state.unresolved > 0 || state.plans.size > 0) {
    const open = state.tasks.find((task) => !(task.status in state.counts))
    throw new BosunError('RUN_UNRESOLVED', {
      at: open?.spec.id ?? 'a planner call',
      received: `${state.unresolved} unresolved`,
    })
  }
  endRun(emitter, { end: 'completed', causeCode: '', result: decision.result })
}

function recordOf(error: unknown): ErrorRecord {
  return errorRecord(BosunError.from(error, 'INTERNAL'))
}
