import type { FactOf } from '@bosun/core'
import type { ApprovalRecord } from './approval-record.ts'
import { illegal } from './illegal-fact.ts'
import type { KernelState } from './kernel-state.ts'
import { moveTask } from './task-moves.ts'

/** Takes in a question of an attempt, or that another one waits for its answer. */
export function requestApproval(state: KernelState, fact: FactOf<'approval.requested'>): void {
  const task = moveTask(state, fact, fact.task)
  const { live } = task
  if (live === undefined || live.epoch !== fact.epoch) return illegal(fact, 'the live epoch', `${fact.epoch}`)
  const { approval, question, call } = fact
  let record = state.approvals.get(approval)
  if (record === undefined) {
    record = open(state, { approval, question, call, request: undefined, task: task.index, askedAt: fact.at })
    task.approvals = [...(task.approvals ?? []), record]
  }
  if (!state.openApprovals.has(record) || record.task !== task.index) {
    return illegal(fact, 'an open question of this task', `"${approval}"`)
  }
  if (live.waits === 0) live.waitsSince = fact.at
  live.waits += 1
  record.waitingEpoch = live.epoch
}

/** Takes in a question of the manager. */
export function askForManager(state: KernelState, fact: FactOf<'manager.asked'>): void {
  const { approval, question, request } = fact
  if (state.approvals.has(approval)) illegal(fact, 'a new question', `"${approval}"`)
  open(state, { approval, question, request, call: undefined, task: -1, askedAt: fact.at })
  state.progress += 1
}

/** Takes in the answer of a person. */
export function giveApproval(state: KernelState, fact: FactOf<'approval.given'>): ApprovalRecord {
  const record = state.approvals.get(fact.approval)
  if (record === undefined || !state.openApprovals.delete(record)) {
    return illegal(fact, 'an open question', `"${fact.approval}"`)
  }
  const { granted, by, reason } = fact
  record.answer = { granted, by, reason }
  return record
}

/** The answer has reached an attempt, which works on. */
export function applyApproval(state: KernelState, fact: FactOf<'approval.applied'>): void {
  const task = moveTask(state, fact, fact.task)
  const { live } = task
  if (live === undefined || live.epoch !== fact.epoch) return illegal(fact, 'the live epoch', `${fact.epoch}`)
  const record = state.approvals.get(fact.approval)
  if (record?.answer?.granted !== fact.granted) return illegal(fact, 'the recorded answer', `${fact.granted}`)
  if (record.waitingEpoch !== live.epoch) return
  record.waitingEpoch = 0
  live.waits -= 1
  if (live.waits > 0) return
  live.waitedMs += fact.at - live.waitsSince
  live.lastProgress = fact.at
}

function open(state: KernelState, asked: Omit<ApprovalRecord, 'waitingEpoch' | 'answer'>): ApprovalRecord {
  const record = { ...asked, waitingEpoch: 0, answer: undefined }
  state.approvals.set(record.approval, record)
  state.openApprovals.add(record)
  return record
}
