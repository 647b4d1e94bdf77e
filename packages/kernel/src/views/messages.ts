import { attemptId, hedgedId, type Message, type Outcome } from '@bosun/core'
import type { InboxEntry, KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { freezeJson } from './freeze-json.ts'

/** What the manager hears next, and how `message.delivered` will record it. */
export interface NextMessage {
  readonly message: Message
  readonly ref: number
  readonly wake: string | undefined
}

/** What is to be delivered, without the message that tells of it. */
export interface Delivery {
  readonly kind: Message['type']
  readonly ref: number
  /** The name of a wake. */
  readonly text: string
}

/**
 * The message to deliver now, or `undefined`. Deliver it to the manager's program, then feed what
 * was decided as the very next input, of the same time: that input records the delivery.
 *
 * Order: what happened, in the order of the log; then wakes that are due; then `settled`, once
 * everything has an outcome and nothing is outstanding.
 */
export function nextMessage(state: KernelState, at: number): NextMessage | undefined {
  const next = nextDelivery(state, at)
  if (next === undefined) return undefined
  // The fact of the delivery will have this time, and so has the view when the program is told again after a fold.
  if (at > state.at) state.at = at
  const { kind, ref, text } = next
  const seq = state.seq + 1
  if (kind === 'woke') return { message: { type: 'woke', seq, wake: text }, ref, wake: text }
  if (kind === 'settled') return { message: { type: 'settled', seq }, ref, wake: undefined }
  return { message: messageOf(state, state.inbox[state.inboxHead] as InboxEntry, seq), ref, wake: undefined }
}

/** What the next message is about; the message itself is made only for whoever hears it. */
export function nextDelivery(state: KernelState, at: number): Delivery | undefined {
  if (state.ended !== undefined || state.run === '') return undefined
  const entry = state.inbox[state.inboxHead]
  if (entry !== undefined) return entry
  const wake = state.wakes.size === 0 ? undefined : dueWake(state, Math.max(at, state.at))
  if (wake !== undefined) return { kind: 'woke', ref: 0, text: wake }
  const isOutstanding = state.plans.size > 0 || state.wakes.size > 0 || state.openApprovals.size > 0
  return state.unresolved === 0 && !isOutstanding ? SETTLED : undefined
}

const SETTLED: Delivery = { kind: 'settled', ref: 0, text: '' }

function dueWake(state: KernelState, at: number): string | undefined {
  let due: string | undefined
  let dueAt = Infinity
  for (const [wake, wakeAt] of state.wakes) {
    if (wakeAt <= at && wakeAt < dueAt) {
      due = wake
      dueAt = wakeAt
    }
  }
  return due
}

function messageOf(state: KernelState, entry: InboxEntry, seq: number): Message {
  const task = entry.task < 0 ? undefined : (state.tasks[entry.task] as TaskRecord)
  switch (entry.kind) {
    case 'goal':
      return { type: 'goal', seq, goal: freezeJson(state.goal) }
    case 'plan': {
      const plan = { type: 'plan', seq, plan: entry.text, tasks: freezeJson(entry.tasks ?? []) } as const
      return entry.groups === undefined ? plan : { ...plan, groups: freezeJson(entry.groups) }
    }
    case 'planFailed':
      return { type: 'planFailed', seq, plan: entry.text, error: freezeJson(entry.error ?? UNKNOWN) }
    case 'outcome':
      return outcomeMessage(state, entry, task as TaskRecord, seq)
    case 'discovered':
      return {
        type: 'discovered',
        seq,
        ...attemptOf(state, entry, task as TaskRecord),
        item: freezeJson(entry.value ?? null),
      }
    case 'emitted':
      return {
        type: 'emitted',
        seq,
        ...attemptOf(state, entry, task as TaskRecord),
        value: freezeJson(entry.value ?? null),
      }
    case 'steer':
      return { type: 'steer', seq, text: entry.text, by: String(entry.value) }
    case 'answered': {
      const { granted, by, reason } = entry.value as { granted: boolean; by: string; reason: string }
      return { type: 'answered', seq, request: entry.text, granted, by, reason }
    }
    case 'refused': {
      const refused = { type: 'refused', seq, decision: entry.text, error: freezeJson(entry.error ?? UNKNOWN) } as const
      return entry.value === undefined ? refused : { ...refused, task: String(entry.value) }
    }
  }
}

const UNKNOWN = { code: 'INTERNAL', message: 'No reason was recorded.' } as const

/** What a twin tells of is of the task beside which it stands: nobody has asked for another one. */
function attemptOf(state: KernelState, entry: InboxEntry, task: TaskRecord): { task: string; attempt: string } {
  return { task: hedgedId(task.spec.id) ?? task.spec.id, attempt: attemptId(state.run, task.spec.id, entry.epoch) }
}

function outcomeMessage(state: KernelState, entry: InboxEntry, task: TaskRecord, seq: number): Message {
  const { run } = state
  const { id, type: taskType } = task.spec
  const outcome = entry.text as Outcome
  if (outcome === 'succeeded') {
    const attempt = attemptId(run, task.acceptedFrom ?? id, entry.epoch)
    return { type: 'outcome', seq, run, task: id, taskType, outcome, attempt, result: freezeJson(task.result ?? null) }
  }
  const message: Writable<Extract<Message, { type: 'outcome' }>> = {
    type: 'outcome',
    seq,
    run,
    task: id,
    taskType,
    outcome,
  }
  if (entry.epoch > 0) message.attempt = attemptId(run, id, entry.epoch)
  if (task.error !== undefined) message.error = freezeJson(task.error)
  if (task.because !== undefined) message.because = task.because
  return message
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
