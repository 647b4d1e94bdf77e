import { isAwaited } from '../state/approval-record.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'

/**
 * A call of a live attempt waits for a person. The question is that of its task: an attempt that asks
 * what another one has asked waits for the same answer, or gets the one that is recorded.
 */
export function askPerson(emitter: Emitter, task: TaskRecord, input: InputOf<'approvalRequested'>): void {
  const { epoch, question, call } = input
  const { id } = task.spec
  const known = task.approvals?.find((approval) => approval.call?.key === call.key)
  if (known?.answer !== undefined) apply(emitter, task, epoch, known.approval, known.answer.granted)
  else if (known === undefined || !isAwaited(known, task.live)) {
    const approval = known?.approval ?? nextId(emitter)
    emitter.emit({ type: 'approval.requested', approval, question, task: id, epoch, call })
  }
}

/** The manager asks a person. */
export function askForManager(emitter: Emitter, request: string, question: string): void {
  emitter.emit({ type: 'manager.asked', approval: nextId(emitter), request, question })
}

/** A person answers. Nothing happens when the question is not open: an answer is final. */
export function answerApproval(emitter: Emitter, input: InputOf<'approve'>): void {
  const { approval, granted, by, reason } = input
  const { state } = emitter.kernel
  const record = state.approvals.get(approval)
  if (record === undefined || !state.openApprovals.has(record)) return
  const task = state.tasks[record.task]
  const waiting = task !== undefined && isAwaited(record, task.live) ? task : undefined
  emitter.emit({ type: 'approval.given', approval, granted, by, reason })
  if (waiting !== undefined) apply(emitter, waiting, waiting.epoch, approval, granted)
}

/** What an attempt waits for does not count as its time, so its clocks are looked at anew. */
function apply(emitter: Emitter, task: TaskRecord, epoch: number, approval: string, granted: boolean): void {
  emitter.emit({ type: 'approval.applied', task: task.spec.id, epoch, approval, granted })
  emitter.kernel.timers.rebuild()
}

/** Few enough, and short enough to be typed. */
function nextId({ kernel }: Emitter): string {
  return `a${kernel.state.approvals.size + 1}`
}
