import type { ErrorRecord, FactOf, Json, Usage } from '@bosun/core'
import { timeoutOf } from '../dispatch/lease-timers.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { LiveAttempt, TaskRecord } from '../state/task-record.ts'
import { askPerson } from './answer-approval.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'
import { pauseForQuota, QUOTA_SPENT } from './quota.ts'
import { failTask, retryOrEnd, settleBudget } from './verdict.ts'

type AttemptInput = InputOf<
  | 'started'
  | 'beat'
  | 'progressed'
  | 'result'
  | 'error'
  | 'lost'
  | 'discovered'
  | 'emitted'
  | 'published'
  | 'publishFailed'
  | 'denied'
  | 'modelCalled'
  | 'called'
  | 'approvalRequested'
  | 'violation'
>

/** What workers' sides report. Only the live epoch counts; anything else is kept, and changes nothing. */
export function decideAttempt(emitter: Emitter, input: AttemptInput): void {
  if (input.type === 'violation') {
    emitter.emit({ type: 'violation.recorded', by: input.by, error: input.error })
    return
  }
  const { task: id, epoch } = input
  const task = emitter.kernel.state.find(id)
  if (task === undefined) {
    const error: ErrorRecord = {
      code: 'MESSAGE_FORGED',
      message: `A report names the task "${id}", which does not exist.`,
    }
    emitter.emit({ type: 'violation.recorded', by: `${id}@${epoch}`, error })
    return
  }
  if (input.type === 'denied') {
    decideDenied(emitter, input)
  } else if (input.type === 'modelCalled') {
    decideModelCalled(emitter, task, input)
  } else if (input.type === 'published' || input.type === 'publishFailed') {
    decidePublished(emitter, task, input)
  } else if (task.live === undefined || task.live.epoch !== epoch || emitter.kernel.state.ended !== undefined) {
    quarantine(emitter, input)
  } else {
    decideLive(emitter, task, input)
  }
}

/** After the end of the run no attempt has a grant, so whoever still calls a tool oversteps. */
function decideDenied(emitter: Emitter, { task, epoch, tool, rule, detail }: InputOf<'denied'>): void {
  if (emitter.kernel.state.ended === undefined) emitter.emit({ type: 'tool.denied', task, epoch, tool, rule, detail })
  else {
    const error: ErrorRecord = { code: 'TOOL_DENIED', message: `${tool} was called after the run had ended: ${detail}` }
    emitter.emit({ type: 'violation.recorded', by: `${task}@${epoch}`, error })
  }
}

/** What was used was used, whatever has become of the attempt; after the end of the run nothing more is recorded. */
function decideModelCalled(emitter: Emitter, task: TaskRecord, input: InputOf<'modelCalled'>): void {
  if (emitter.kernel.state.ended !== undefined) return
  const { epoch } = input
  const id = task.spec.id
  if (epoch > task.epoch) {
    const error: ErrorRecord = {
      code: 'MESSAGE_FORGED',
      message: `A model was called by ${id}@${epoch}, which never was.`,
    }
    emitter.emit({ type: 'violation.recorded', by: `${id}@${epoch}`, error })
    return
  }
  if (task.live?.epoch === epoch && !task.live.started) start(emitter, id, epoch, task.live.slot)
  emitter.emit({ ...modelCallOf(input), type: 'model.called' })
}

/** Only what the fact holds: an input may carry more. */
function modelCallOf(call: InputOf<'modelCalled'>) {
  const { task, epoch, model, inputTokens, outputTokens, costMicros, ms, error } = call
  const record = { task, epoch, model, inputTokens, outputTokens, costMicros, ms }
  return error === undefined ? record : { ...record, error }
}

function decideLive(
  emitter: Emitter,
  task: TaskRecord,
  input: Exclude<AttemptInput, InputOf<'denied' | 'modelCalled' | 'violation' | 'published' | 'publishFailed'>>,
): void {
  const id = task.spec.id
  const { epoch } = input
  if (SHOW_WORK.has(input.type) && task.live?.started === false) {
    // The report that the work had begun was lost or is late; whether work may be repeated hangs on it.
    start(emitter, id, epoch, task.live.slot)
  }
  switch (input.type) {
    case 'result':
      succeed(emitter, task, input)
      return
    case 'error':
      emitter.emit({ type: 'attempt.failed', task: id, epoch, error: input.error, ...usageOf(input) })
      settleBudget(emitter, task, epoch, input.usage)
      retryOrEnd(emitter, task, input.error, 'failed', input.error.code !== QUOTA_SPENT)
      if (input.error.code === QUOTA_SPENT) pauseForQuota(emitter, input.error)
      return
    case 'lost':
      loseAttempt(emitter, task, input.error, 'host', input.usage)
      return
    case 'started':
      if (task.live?.started === false) start(emitter, id, epoch, input.host)
      return
    case 'beat':
      emitter.emitVolatile({ type: 'attempt.beat', task: id, epoch })
      return
    case 'progressed':
      emitter.emitVolatile({
        type: 'attempt.progressed',
        task: id,
        epoch,
        note: input.note,
        ...(input.done === undefined ? {} : { done: input.done }),
        ...(input.total === undefined ? {} : { total: input.total }),
      })
      return
    case 'called':
      emitter.emitVolatile({
        type: 'tool.called',
        task: id,
        epoch,
        tool: input.tool,
        name: input.name,
        ms: input.ms,
        ...(input.error === undefined ? {} : { error: input.error }),
        ...(input.approval === undefined ? {} : { approval: input.approval }),
      })
      return
    case 'approvalRequested':
      askPerson(emitter, task, input)
      return
    case 'discovered':
      emitter.emit({ type: 'task.discovered', task: id, epoch, item: input.item })
      return
    case 'emitted':
      emitter.emit({ type: 'attempt.emitted', task: id, epoch, value: input.value })
  }
}

function start(emitter: Emitter, task: string, epoch: number, host: string): void {
  const { seq, at, cause } = emitter
  emitter.add({ seq, at, cause, type: 'attempt.started', task, epoch, host })
}

function succeed(emitter: Emitter, task: TaskRecord, input: InputOf<'result'>): void {
  const { id } = task.spec
  const { epoch, result, usage } = input
  const outputs = input.outputs as string[]
  const { seq, at, cause } = emitter
  const succeeded = { seq, at, cause, type: 'attempt.succeeded', task: id, epoch, result, outputs } as const
  emitter.add(usage === undefined ? succeeded : { ...succeeded, usage })
  settleBudget(emitter, task, epoch, usage)
  if (outputs.length === 0) emitter.add({ seq: emitter.seq, at, cause, type: 'task.succeeded', task: id, epoch })
}

const SHOW_WORK: ReadonlySet<AttemptInput['type']> = new Set([
  'result',
  'progressed',
  'discovered',
  'emitted',
  'called',
  'approvalRequested',
])

type LostClock = FactOf<'attempt.lost'>['evidence']['clock']

/** Ends the live attempt as lost, with its evidence, and asks what follows. */
export function loseAttempt(
  emitter: Emitter,
  task: TaskRecord,
  error: ErrorRecord,
  clock: LostClock,
  usage?: Usage,
): void {
  const live = task.live
  if (live === undefined) return
  const { started, epoch } = live
  const evidence = { lastBeat: live.lastBeat, deadline: deadlineOf(emitter.kernel.state, task, live, clock), clock }
  emitter.emit({ type: 'attempt.lost', task: task.spec.id, epoch, error, started, evidence })
  settleBudget(emitter, task, epoch, usage)
  const effects = emitter.kernel.state.workers.get(workerOf(emitter, live.slot))?.entry.effects
  const uncounted = clock === 'restart' || clock === 'drain'
  if (started && effects === 'once') {
    const message = `${error.message} The work may have been done once already: retry or adopt it yourself.`
    emitter.emit({ type: 'task.lost', task: task.spec.id, error: { ...error, message } })
  } else retryOrEnd(emitter, task, error, 'lost', !uncounted)
}

/** The deadline that passed, by the clock that is the reason. */
function deadlineOf(state: KernelState, task: TaskRecord, live: LiveAttempt, clock: LostClock): number {
  const { leaseMs, progressTimeoutMs } = state.config.lease
  if (clock === 'timeout') return live.assignedAt + live.waitedMs + timeoutOf(state, task)
  if (clock === 'progress') return live.lastProgress + progressTimeoutMs
  return Math.max(live.deadline, live.lastBeat + leaseMs)
}

function workerOf(emitter: Emitter, slot: string): string {
  return emitter.kernel.state.slots.get(slot)?.worker.entry.name ?? ''
}

function decidePublished(emitter: Emitter, task: TaskRecord, input: InputOf<'published' | 'publishFailed'>): void {
  if (task.status !== 'publishing' || task.acceptedEpoch !== input.epoch) return
  const { task: id, epoch } = input
  if (input.type === 'publishFailed') failTask(emitter, task, input.error)
  else {
    emitter.emit({
      type: 'outputs.published',
      task: id,
      epoch,
      files: input.files as FactOf<'outputs.published'>['files'],
    })
    emitter.emit({ type: 'task.succeeded', task: id, epoch })
  }
}

/** Keeps what came under a dead epoch; signs of life of the dead are not worth keeping. */
function quarantine(emitter: Emitter, input: AttemptInput): void {
  const kept = keptValue(input)
  if (kept === undefined || input.type === 'violation') return
  const error: ErrorRecord = {
    code: 'ATTEMPT_DEAD',
    message: `A report of epoch ${input.epoch} of "${input.task}" came when that attempt was no longer the live one.`,
  }
  emitter.emit({
    type: 'result.quarantined',
    task: input.task,
    epoch: input.epoch,
    kind: kept.kind,
    value: kept.value,
    ...(input.type === 'result' && input.outputs.length > 0 ? { outputs: [...input.outputs] } : {}),
    error,
  })
}

function keptValue(input: AttemptInput): { kind: FactOf<'result.quarantined'>['kind']; value: Json } | undefined {
  switch (input.type) {
    case 'result':
      return { kind: 'result', value: input.result }
    case 'error':
      return { kind: 'error', value: { code: input.error.code, message: input.error.message } }
    case 'discovered':
      return { kind: 'discovered', value: input.item }
    case 'emitted':
      return { kind: 'emitted', value: input.value }
    case 'started':
      return { kind: 'started', value: input.host }
    default:
      return undefined
  }
}

function usageOf(input: { readonly usage?: Usage }): { usage?: Usage } {
  return input.usage === undefined ? {} : { usage: input.usage }
}
