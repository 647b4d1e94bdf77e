import { isOutcome, twinId, type ErrorRecord, type Task } from '@bosun/core'
import type { Kernel } from '../kernel.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import { sliceFor } from './slice.ts'
import { cancelTask, retryOrEnd, settleBudget } from './verdict.ts'

/*
 * Hedging against stragglers: what takes far longer than its peers is begun a second time, by a task of its own
 * under the same idempotency key. No task ever has two live attempts.
 *
 * Source: J. Dean, L. A. Barroso, The tail at scale (2013).
 */

/** Whether the run may have another twin. */
export function mayHedge({ state }: Kernel): boolean {
  const { hedge: policy, limits } = state.config
  return state.hedges < policy.hedgesMax && state.total < limits.tasksMax
}

/** Adds a twin of the attempt that takes too long, if one does and a slot is free that nothing else needs. */
export function hedge(emitter: Emitter): boolean {
  const { kernel, at } = emitter
  const found = kernel.index.straggler(({ task, dueAt }, { entry }) => {
    return dueAt <= at && typeof sliceFor(kernel.state, task.spec, entry) !== 'string'
  })
  if (found?.task.live === undefined) return false
  const { task, typicalMs } = found
  const { epoch, assignedAt } = found.task.live
  const twin = twinOf(task.spec)
  emitter.emit({ type: 'task.hedged', task: task.spec.id, epoch, twin: twin.id, runningMs: at - assignedAt, typicalMs })
  emitter.emit({ type: 'task.added', task: twin, depth: 0, by: 'kernel' })
  return true
}

/** When the next attempt begins to count as a straggler; `undefined` while none can get a twin. */
export function nextHedgeAt(kernel: Kernel): number | undefined {
  const { index, state } = kernel
  if (!mayHedge(kernel) || state.live >= state.config.limits.slotsMax) return undefined
  // What was due before and has no twin waits for something else than time.
  return index.straggler(({ dueAt }) => dueAt > index.at)?.dueAt
}

/** What follows for the other one when something has become of one of a pair. */
export function settlePairs(emitter: Emitter): void {
  const { state } = emitter.kernel
  for (let index = state.pairsDue.pop(); index !== undefined; index = state.pairsDue.pop()) {
    if (state.ended !== undefined) continue
    const one = state.tasks[index] as TaskRecord
    const task = one.hedged < 0 ? one : (state.tasks[one.hedged] as TaskRecord)
    settlePair(emitter, task, state.tasks[task.twin] as TaskRecord)
  }
}

// ---------------------------------------------------------------------------------------------

/** The same work, tried once, and in no row or group: nobody has asked for a second one there. */
function twinOf({ id, type, body, purpose, dependsOn, outputs, skills, priority, limits }: Task): Task {
  return {
    id: twinId(id),
    type,
    body,
    ...(purpose === undefined ? {} : { purpose }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(skills === undefined ? {} : { skills }),
    ...(priority === undefined ? {} : { priority }),
    limits: { ...limits, retriesMax: 0 },
  }
}

function settlePair(emitter: Emitter, task: TaskRecord, twin: TaskRecord): void {
  if (isOutcome(task.status) || task.status === 'publishing') {
    // A twin whose result was accepted finishes what it has begun, like any task.
    if (!isOutcome(twin.status) && twin.status !== 'publishing') {
      cancelTask(emitter, twin, 'policy', `${task.spec.id} is ${task.status}`)
    }
  } else if (twin.status === 'publishing') stepBack(emitter, task, twin)
  else if (twin.status === 'succeeded') handOver(emitter, task, twin)
  else if (isOutcome(twin.status)) goOn(emitter, task, twin)
  if (isOutcome(twin.status) && twin.status !== 'succeeded' && !twin.waived) {
    emitter.emit({ type: 'waiver.given', tasks: [twin.spec.id], by: 'policy', reason: 'It was a twin.' })
  }
}

/** The twin has a result: the task gives up its attempt, so that nothing else is published. */
function stepBack(emitter: Emitter, task: TaskRecord, twin: TaskRecord): void {
  if (task.status === 'waiting') return
  takeAttempt(emitter, task, twin)
  emitter.emit({ type: 'task.yielded', task: task.spec.id, epoch: task.epoch, twin: twin.spec.id })
}

function handOver(emitter: Emitter, task: TaskRecord, twin: TaskRecord): void {
  takeAttempt(emitter, task, twin)
  const of = { task: task.spec.id, epoch: task.epoch }
  emitter.emit({ type: 'result.handed', ...of, twin: twin.spec.id, twinEpoch: twin.acceptedEpoch })
  emitter.emit({ type: 'task.succeeded', ...of })
}

function takeAttempt(emitter: Emitter, task: TaskRecord, twin: TaskRecord): void {
  if (task.live === undefined) return
  const { epoch } = task.live
  emitter.emit({ type: 'attempt.revoked', task: task.spec.id, epoch, reason: `${twin.spec.id} was faster` })
  settleBudget(emitter, task, epoch, undefined)
}

/** Nothing came of the twin: a task that had waited for it ends as it would have, or is tried again. */
function goOn(emitter: Emitter, task: TaskRecord, twin: TaskRecord): void {
  const error = task.error ?? (twin.error as ErrorRecord)
  if (task.yielded === 'retried') retryOrEnd(emitter, task, error, 'lost', false)
  else if (task.yielded !== undefined) emitter.emit({ type: `task.${task.yielded}`, task: task.spec.id, error })
}
