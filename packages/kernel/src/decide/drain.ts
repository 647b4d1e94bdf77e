import type { TaskRecord } from '../state/task-record.ts'
import type { KernelState } from '../state/kernel-state.ts'
import { isOutcome, type Outcome, type Usage } from '@bosun/core'
import { BUDGET } from '../state/resource-holds.ts'
import { RATE_WINDOW_MS } from '../state/start-rate.ts'
import { cancelScope } from './cancel-scope.ts'
import type { Emitter } from './emitter.ts'

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
  skipDoomed(emitter)
  index.absorb(emitter.at)
  if (state.ended !== undefined || state.paused) return
  while (mayStart(emitter)) {
    const match = index.match()
    if (match === undefined) return
    const { task } = match
    const slice = sliceFor(state, task)
    if (slice === 'later') index.park(task, BUDGET)
    else if (slice === 'never') {
      refuseBudget(emitter, task)
      skipDoomed(emitter)
      index.absorb(emitter.at)
    } else {
      const slot = index.place(match)
      assign(emitter, task, slot.slot, slot.worker.entry.name, slice)
      index.absorb(emitter.at)
    }
  }
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

function assign(emitter: Emitter, task: TaskRecord, slot: string, worker: string, slice: Usage | undefined): void {
  const { state, index, timers } = emitter.kernel
  const assigned = {
    seq: emitter.seq,
    at: emitter.at,
    cause: emitter.cause,
    type: 'task.assigned',
    task: task.spec.id,
    epoch: task.epoch + 1,
    worker,
    slot,
    rule: index.rule,
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
 * What an attempt reserves; most use no model and so nothing. `later` when others hold what it needs,
 * `never` when the rest of the budget is too small.
 */
export function sliceFor(state: KernelState, task: TaskRecord): Usage | undefined | 'later' | 'never' {
  const asked = task.spec.limits
  if (asked?.tokensMax === undefined && asked?.costMicrosMax === undefined) return undefined
  const slice = { tokens: asked.tokensMax ?? 0, costMicros: asked.costMicrosMax ?? 0 }
  const { tokensMax, costMicrosMax } = state.config.limits
  // Nothing always fits, even when calls have overrun the budget.
  const tokensLeft = slice.tokens === 0 ? Infinity : tokensMax - state.spentTokens - slice.tokens
  const costLeft = slice.costMicros === 0 ? Infinity : costMicrosMax - state.spentCostMicros - slice.costMicros
  if (tokensLeft < 0 || costLeft < 0) return 'never'
  return tokensLeft < state.reservedTokens || costLeft < state.reservedCostMicros ? 'later' : slice
}

function refuseBudget(emitter: Emitter, task: TaskRecord): void {
  const error = {
    code: 'LIMIT_BUDGET',
    message: `The budget of the run cannot hold what "${task.spec.id}" reserves.`,
  } as const
  emitter.emit({ type: 'limit.reached', error })
  emitter.emit({ type: 'task.failed', task: task.spec.id, error })
}
