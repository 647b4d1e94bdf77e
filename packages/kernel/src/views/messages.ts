import { attemptId, type Message, type Outcome } from '@bosun/core'
import type { InboxEntry, KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { freezeJson } from './freeze-json.ts'

/** What the manager hears next, and how `message.delivered` will record it. */
export interface NextMessage {
  readonly message: Message
  readonly ref: number
  readonly wake: string | undefined
}

/**
 * The message to deliver now, or `undefined`. Deliver it to the manager's program, then feed what
 * was decided as the very next input: that input records the delivery.
 *
 * Order: what happened, in the order of the log; then wakes that are due; then `settled`, once
 * everything has an outcome and nothing is outstanding.
 */
export function nextMessage(state: KernelState, at: number): NextMessage | undefined {
  if (state.ended !== undefined || state.run === '') return undefined
  const seq = state.seq + 1
  const entry = state.inbox[state.inboxHead]
  if (entry !== undefined) {
    return { message: freezeJson(messageOf(state, entry, seq)), ref: entry.ref, wake: undefined }
  }
  const wake = dueWake(state, Math.max(at, state.at))
  if (wake !== undefined) return { message: { type: 'woke', seq, wake }, ref: 0, wake }
  if (state.unresolved === 0 && state.plans.size === 0 && state.wakes.size === 0) {
    return { message: { type: 'settled', seq }, ref: 0, wake: undefined }
  }
  return undefined
}

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
      return { type: 'goal', seq, goal: state.goal }
    case 'plan':
      return { type: 'plan', seq, plan: entry.text, tasks: entry.tasks ?? [] }
    case 'planFailed':
      return { type: 'planFailed', seq, plan: entry.text, error: entry.error ?? UNKNOWN }
    case 'outcome':
      return outcomeMessage(state, entry, task as TaskRecord, seq)
    case 'discovered':
      return { type: 'discovered', seq, ...attemptOf(state, entry, task as TaskRecord), item: entry.value ?? null }
    case 'emitted':
      return { type: 'emitted', seq, ...attemptOf(state, entry, task as TaskRecord), value: entry.value ?? null }
    case 'steer':
      return { type: 'steer', seq, text: entry.text, by: String(entry.value) }
    case 'refused': {
      const refused = { type: 'refused', seq, decision: entry.text, error: entry.error ?? UNKNOWN } as const
      return entry.value === undefined ? refused : { ...refused, task: String(entry.value) }
    }
  }
}

const UNKNOWN = { code: 'INTERNAL', message: 'No reason was recorded.' } as const

function attemptOf(state: KernelState, entry: InboxEntry, task: TaskRecord): { task: string; attempt: string } {
  return { task: task.spec.id, attempt: attemptId(state.run, task.spec.id, entry.epoch) }
}

function outcomeMessage(state: KernelState, entry: InboxEntry, task: TaskRecord, seq: number): Message {
  return {
    type: 'outcome',
    seq,
    run: state.run,
    task: task.spec.id,
    taskType: task.spec.type,
    outcome: entry.text as Outcome,
    ...(entry.epoch === 0 ? {} : { attempt: attemptId(state.run, task.spec.id, entry.epoch) }),
    ...(task.result === undefined || entry.text !== 'succeeded' ? {} : { result: task.result }),
    ...(task.error === undefined || entry.text === 'succeeded' ? {} : { error: task.error }),
    ...(task.because === undefined ? {} : { because: task.because }),
  }
}
