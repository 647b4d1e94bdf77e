import { BosunError, errorRecordOf, FACT_VERSION, type CancelScope, type ErrorRecord } from '@bosun/core'
import { waitsSince } from '../dispatch/dispatch-index.ts'
import { timeoutOf } from '../dispatch/lease-timers.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { wallEndsAt } from '../state/wall-time.ts'
import { sinceProgressMs, workedMs } from '../state/worked-time.ts'
import { loseAttempt } from './attempt-inputs.ts'
import { answerApproval } from './answer-approval.ts'
import { adoptResult } from './adopt-result.ts'
import { cancelScope } from './cancel-scope.ts'
import { endRun } from './end-run.ts'
import type { Emitter } from './emitter.ts'
import { closeLateGroups } from './group-policies.ts'
import type { InputOf } from './input.ts'
import { retryTasks } from './retry-tasks.ts'
import { failTask } from './verdict.ts'

type RunInput = InputOf<
  | 'start'
  | 'joined'
  | 'left'
  | 'hostStarted'
  | 'stalled'
  | 'tick'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'steer'
  | 'waive'
  | 'raiseLimits'
  | 'retry'
  | 'adopt'
  | 'approve'
>

/** The start of a run, its workers, time, and what people ask for. */
export function decideRun(emitter: Emitter, input: RunInput): void {
  const { state } = emitter.kernel
  switch (input.type) {
    case 'start':
      start(emitter, input)
      return
    case 'joined':
      join(emitter, input)
      return
    case 'left':
      leave(emitter, input)
      return
    case 'hostStarted': {
      const { type: _type, at: _at, ...host } = input
      emitter.emit({ type: 'host.started', ...host })
      return
    }
    case 'stalled':
      emitter.emitVolatile({ type: 'manager.stalled', gapMs: input.gapMs })
      return
    case 'tick':
      if (state.ended === undefined) tick(emitter)
      return
    case 'pause':
      if (state.ended === undefined && !state.paused)
        emitter.emit({ type: 'run.paused', by: input.by, reason: input.reason })
      return
    case 'resume':
      if (state.ended === undefined && state.paused) resume(emitter, input)
      return
    case 'retry':
      retryTasks(emitter, input)
      return
    case 'adopt':
      adoptResult(emitter, input)
      return
    default:
      if (state.ended === undefined) decideRequest(emitter, input)
  }
}

function decideRequest(
  emitter: Emitter,
  input: InputOf<'cancel' | 'steer' | 'waive' | 'raiseLimits' | 'approve'>,
): void {
  const { state } = emitter.kernel
  switch (input.type) {
    case 'cancel': {
      const { by, reason, scope } = input
      if (scope.kind === 'run')
        endRun(emitter, { end: 'cancelled', causeCode: 'TASK_CANCELLED', result: null, by, reason })
      // A person may name a task that is not there; nothing is to be cancelled then.
      else if (isThere(state, scope)) cancelScope(emitter, scope, by, reason)
      return
    }
    case 'steer':
      emitter.emit({ type: 'steer.received', text: input.text, ...whoAndWhy(input) })
      return
    case 'waive':
      waive(emitter, input)
      return
    case 'approve':
      answerApproval(emitter, input)
      return
    case 'raiseLimits':
      emitter.emit({ type: 'limits.changed', limits: input.limits, ...whoAndWhy(input) })
      emitter.kernel.timers.rebuild()
  }
}

/** Goes on, and asks planners again that were refused for a spent quota. */
function resume(emitter: Emitter, input: InputOf<'resume'>): void {
  emitter.emit({ type: 'run.resumed', ...whoAndWhy(input) })
  for (const [plan, { goal, isDeferred }] of emitter.kernel.state.plans) {
    if (isDeferred) emitter.emit({ type: 'plan.requested', plan, goal })
  }
}

/** Why somebody asked is recorded where they say so. */
function whoAndWhy({ by, reason }: { readonly by: string; readonly reason?: string }) {
  return reason === undefined ? { by } : { by, reason }
}

function isThere({ taskById, groups }: KernelState, scope: Exclude<CancelScope, { kind: 'run' }>): boolean {
  return scope.kind === 'group' ? groups.has(scope.group) : taskById.has(scope.task)
}

/** A person may name tasks that are not there; those are left out. What a limit refused can be waived as well. */
function waive(emitter: Emitter, input: InputOf<'waive'>): void {
  const { taskById, refusals } = emitter.kernel.state
  const tasks = input.tasks.filter((id) => taskById.has(id) || refusals.has(id))
  if (tasks.length > 0) emitter.emit({ type: 'waiver.given', tasks, by: input.by, reason: input.reason })
}

function start(emitter: Emitter, input: InputOf<'start'>): void {
  if (emitter.kernel.state.run !== '')
    throw new BosunError('INTERNAL', { at: 'start', received: 'a run that has started' })
  emitter.emit({
    type: 'run.started',
    version: FACT_VERSION,
    run: input.run,
    goal: input.goal,
    manager: input.manager,
    config: input.config,
    origins: { ...input.origins },
    workers: input.workers as (typeof input.workers)[number][],
    ...(input.place === undefined ? {} : { place: input.place }),
  })
}

/** A slot that is there already may be announced again, as a restarted manager's side does. */
function join(emitter: Emitter, { slot, worker }: InputOf<'joined'>): void {
  const { state } = emitter.kernel
  if (!state.workers.has(worker)) throw new BosunError('WORKER_UNKNOWN', { at: slot, received: worker })
  const known = state.slots.get(slot)
  if (known === undefined || known.left) emitter.emit({ type: 'worker.joined', slot, worker })
}

function leave(emitter: Emitter, input: InputOf<'left'>): void {
  const { state } = emitter.kernel
  const slot = state.slots.get(input.slot)
  if (slot === undefined || slot.left) return
  const task = slot.task < 0 ? undefined : state.tasks[slot.task]
  emitter.emit({ type: 'worker.left', slot: input.slot, reason: input.reason })
  if (task === undefined) return
  const error: ErrorRecord = { code: 'HOST_DIED', message: `The slot ${input.slot} left: ${input.reason}` }
  loseAttempt(emitter, task, error, 'drain')
}

/** Time alone: leases and limits that ran out. Whoever feeds it has fed all beats that came before. */
function tick(emitter: Emitter): void {
  const { state, timers } = emitter.kernel
  for (const task of timers.takeDue(emitter.at)) judge(emitter, task)
  if (!state.paused) failStaleQueue(emitter)
  for (const [request, { since, isDeferred }] of state.plans) {
    if (isDeferred || emitter.at < since + state.config.limits.planTimeoutMs) continue
    emitter.emit({
      type: 'plan.rejected',
      plan: request,
      error: errorRecordOf('PLANNER_TIMED_OUT', { at: request }),
    })
  }
  if (state.timed.size > 0) closeLateGroups(emitter)
  if (emitter.at >= wallEndsAt(state)) {
    const error = errorRecordOf('LIMIT_WALL_TIME', { expected: `at most ${state.config.limits.wallTimeMs} ms` })
    emitter.emit({ type: 'limit.reached', error })
    endRun(emitter, { end: 'exhausted', causeCode: error.code, result: null, reason: error.message })
  }
}

/** One attempt whose timer has run out: lost by one of the clocks, out of time, or looked at again later. */
function judge(emitter: Emitter, task: TaskRecord): void {
  const { at, kernel } = emitter
  const live = task.live
  if (live === undefined) return
  const { lease } = kernel.state.config
  const timeoutMs = timeoutOf(kernel.state, task)
  if (workedMs(live, at) >= timeoutMs) {
    loseAttempt(
      emitter,
      task,
      errorRecordOf('ATTEMPT_TIMED_OUT', { at: task.spec.id, expected: `at most ${timeoutMs} ms` }),
      'timeout',
    )
    return
  }
  const clocks = {
    sinceBeatMs: at - live.lastBeat,
    sinceProgressMs: sinceProgressMs(live, at),
    runningMs: workedMs(live, at),
  }
  if (kernel.strategy.liveness.judge(clocks, kernel.view) === 'lost') {
    const beat = clocks.sinceBeatMs >= lease.leaseMs
    const code = beat ? 'BEAT_MISSED' : 'PROGRESS_MISSED'
    const received = `${beat ? clocks.sinceBeatMs : clocks.sinceProgressMs} ms of silence`
    loseAttempt(emitter, task, errorRecordOf(code, { at: task.spec.id, received }), beat ? 'beat' : 'progress')
    return
  }
  // A strategy that is more patient than the lease is asked again at the pace of the heartbeats.
  const isPatient = clocks.sinceBeatMs >= lease.leaseMs || isBehind(lease.progressTimeoutMs, clocks.sinceProgressMs)
  kernel.timers.add(task, isPatient ? at + lease.heartbeatMs : 0)
}

function isBehind(progressTimeoutMs: number, sinceProgressMs: number): boolean {
  return progressTimeoutMs > 0 && sinceProgressMs >= progressTimeoutMs
}

function failStaleQueue(emitter: Emitter): void {
  const { state, index } = emitter.kernel
  const { queueWaitMs } = state.config.limits
  for (let task = index.oldestReady(); task !== undefined; task = index.oldestReady()) {
    if (emitter.at < waitsSince(state, task) + queueWaitMs) return
    failTask(emitter, task, errorRecordOf('QUEUE_WAIT_EXCEEDED', { at: task.spec.id }))
  }
}
