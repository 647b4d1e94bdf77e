import type { TaskRecord } from '../state/task-record.ts'
import type { KernelState, SlotRecord } from '../state/kernel-state.ts'
import type { Match } from '../dispatch/dispatch-index.ts'
import type { Kernel } from '../kernel.ts'
import { isOutcome, type Outcome, type Usage } from '@bosun/core'
import { BUDGET } from '../state/resource-holds.ts'
import { RATE_WINDOW_MS } from '../state/start-rate.ts'
import { hedge, mayHedge, settlePairs } from './hedging.ts'
import { cancelScope } from './cancel-scope.ts'
import type { Emitter } from './emitter.ts'
import { applyPolicies, waiveByPolicy } from './group-policies.ts'
import { sliceFor } from './slice.ts'

/**
 * Whether the policies have seen the state as it is at this very time, so that asking them again
 * brings nothing: whatever fitted then was assigned.
 */
export function isDrained({ kernel: { state, index }, at }: Emitter): boolean {
  return state.at === at && index.at === at && !state.hasSignals
}

/** Everything that follows by itself: skips, the failure policy, then assignments while any fits. */
export function drain(emitter: Emitter): void {
  const { state, index } = emitter.kernel
  followUp(emitter)
  index.absorb(emitter.at)
  if (state.ended !== undefined || state.paused) return
  assignReady(emitter)
  while (mayHedge(emitter.kernel) && mayStart(emitter) && hedge(emitter)) {
    index.absorb(emitter.at)
    assignReady(emitter)
  }
  placeAhead(emitter)
}

/** Assigns while a slot is free for something that may start. */
function assignReady(emitter: Emitter): void {
  const { index } = emitter.kernel
  while (mayStart(emitter)) {
    const match = index.match()
    if (match === undefined) return
    const { task } = match
    const funded = fund(emitter.kernel, match)
    if (funded === 'later') index.park(task, BUDGET)
    else if (funded === 'never') {
      refuseBudget(emitter, task)
      followUp(emitter)
      index.absorb(emitter.at)
    } else {
      const { slot, slice } = funded
      assign(emitter, match, slot, slice)
      index.occupy(slot)
      index.absorb(emitter.at)
    }
  }
}

/** Sets tasks down on busy slots, as far ahead as the strategy says. */
function placeAhead(emitter: Emitter): void {
  const { index, strategy } = emitter.kernel
  const { ahead, steal } = strategy.dispatch
  if (ahead === 0) return
  for (let next = index.nextPlacing(); next !== undefined; next = index.nextPlacing()) {
    emitter.emit({ type: 'task.placed', task: next.task.spec.id, slot: next.slot.slot, ahead, steal })
    index.absorb(emitter.at)
  }
}

/** What follows from how tasks ended: skips, the policies of the run and of groups, and their waivers. */
function followUp(emitter: Emitter): void {
  const { doomed, lateDoomed, groupsDue, pairsDue, waivable } = emitter.kernel.state
  while (doomed.length + lateDoomed.length + groupsDue.length + pairsDue.length > 0) {
    skipDoomed(emitter)
    applyPolicies(emitter)
    settlePairs(emitter)
  }
  if (waivable.length > 0) waiveByPolicy(emitter)
}

/** Skips what waits for a task that ended without success; then, under fail-fast, cancels the rest. */
function skipDoomed(emitter: Emitter): void {
  const { state } = emitter.kernel
  if (state.doomed.length === 0 && state.lateDoomed.length === 0) return
  const isFailFast = state.config.policy.failure === 'fail-fast'
  let failed: TaskRecord | undefined
  do {
    for (let index = state.doomed.pop(); index !== undefined; index = state.doomed.pop()) {
      const doomed = state.tasks[index] as TaskRecord
      if (isFailFast && (doomed.status === 'failed' || doomed.status === 'lost')) failed ??= doomed
      const { arrows } = state
      for (let arrow = arrows.first(index); arrow >= 0; arrow = arrows.next(arrow)) {
        skip(emitter, state.tasks[arrows.target(arrow)] as TaskRecord, doomed)
      }
    }
    for (let index = state.lateDoomed.pop(); index !== undefined; index = state.lateDoomed.pop()) {
      const task = state.tasks[index] as TaskRecord
      const culprit = task.spec.dependsOn?.map((id) => state.taskById.get(id)).find(isDoomed)
      if (culprit !== undefined) skip(emitter, task, culprit)
    }
    if (failed === undefined || state.ended !== undefined) continue
    const reason = `fail-fast: ${failed.spec.id} ${failed.status}`
    failed = undefined
    cancelScope(emitter, { kind: 'run' }, 'policy', reason)
  } while (state.doomed.length > 0)
}

function skip(emitter: Emitter, task: TaskRecord, because: TaskRecord): void {
  if (isOutcome(task.status)) return
  const outcome = because.status as Outcome
  emitter.emit({ type: 'task.skipped', task: task.spec.id, because: because.spec.id, outcome })
}

function isDoomed(task: TaskRecord | undefined): boolean {
  return task !== undefined && isOutcome(task.status) && task.status !== 'succeeded'
}

/** The caps that delay: attempts at the same time, assignments per second, and the strategy's admission. */
function mayStart(emitter: Emitter): boolean {
  const { state, strategy, view } = emitter.kernel
  const { slotsMax } = state.config.limits
  return state.live < slotsMax && rateOpensAt(state, emitter.at) <= emitter.at && strategy.admission.admit(view)
}

/** When the start rate lets another assignment pass: at once, or when enough of the window has gone by. */
export function rateOpensAt(state: KernelState, at: number): number {
  let excess = state.startsCount - state.config.limits.startsPerSecondMax + 1
  for (let index = state.startsHead; excess > 0 && index < state.starts.length; index += 1) {
    const start = state.starts[index] as { at: number; count: number }
    excess -= start.count
    if (excess <= 0) return start.at + RATE_WINDOW_MS
  }
  return at
}

function assign(emitter: Emitter, { task, rule }: Match, slot: SlotRecord, slice: Usage | undefined): void {
  const { state, timers } = emitter.kernel
  const assigned = {
    seq: emitter.seq,
    at: emitter.at,
    cause: emitter.cause,
    type: 'task.assigned',
    task: task.spec.id,
    epoch: task.epoch + 1,
    worker: slot.worker.entry.name,
    slot: slot.slot,
    rule,
    retry: task.retries,
    deadline: emitter.at + state.config.lease.leaseMs,
  } as const
  state.expect(task)
  emitter.add(slice === undefined ? assigned : { ...assigned, slice })
  timers.dropVoid()
  timers.add(task)
  if (slice !== undefined) emitter.emit({ type: 'budget.reserved', task: task.spec.id, epoch: task.epoch, ...slice })
}

/**
 * The slot that a matched task gets, and its slice of the budget. Where the budget does not allow a
 * worker with a model, one without does the work as soon as it is free.
 */
function fund(kernel: Kernel, match: Match): Funded | 'later' | 'never' {
  const { index, state } = kernel
  const slot = index.place(match)
  const slice = sliceFor(state, match.task.spec, slot.worker.entry)
  if (typeof slice !== 'string') return { slot, slice }
  index.giveBack(slot)
  const spare = match.workers.find(({ isFrugal }) => isFrugal)
  const without = spare === undefined ? slice : sliceFor(state, match.task.spec, spare.entry)
  if (typeof without === 'string') return without
  const frugal = index.placeFrugally(match)
  return frugal === undefined ? 'later' : { slot: frugal, slice: without }
}

interface Funded {
  readonly slot: SlotRecord
  readonly slice: Usage | undefined
}

function refuseBudget(emitter: Emitter, task: TaskRecord): void {
  const before = task.error === undefined ? '' : ` Its last attempt ended: ${task.error.message}`
  const message = `What is left of the budget of the run does not cover an attempt of "${task.spec.id}".${before}`
  const error = { code: 'LIMIT_BUDGET', message } as const
  emitter.emit({ type: 'limit.reached', error })
  emitter.emit({ type: 'task.failed', task: task.spec.id, error })
}
