import type { TaskRecord } from '../state/task-record.ts'
import type { KernelState } from '../state/kernel-state.ts'
import { isOutcome, type Outcome, type Usage } from '@bosun/core'
import { BUDGET, RATE_WINDOW_MS } from '../state/evolve.ts'
import { cancelScope } from './cancel-scope.ts'
import type { Emitter } from './emitter.ts'

/** Everything that follows by itself: skips, the failure policy, then assignments while any fits. */
export function drain(emitter: Emitter): void {
  const { state, index } = emitter.kernel
  skipDoomed(emitter)
  index.absorb(emitter.at)
  if (state.ended !== undefined || state.paused) return
  while (mayStart(emitter)) {
    const match = index.match()
    if (match === undefined) return
    const slice = sliceFor(state, match.task)
    if (slice === 'later') {
      index.park(match.task, BUDGET)
      continue
    }
    if (slice === 'never') {
      refuseBudget(emitter, match.task)
      skipDoomed(emitter)
      index.absorb(emitter.at)
      continue
    }
    assign(emitter, match.task, match.slot.slot, match.slot.worker.entry.name, slice)
    index.absorb(emitter.at)
  }
}

function skipDoomed(emitter: Emitter): void {
  const { state } = emitter.kernel
  for (let index = state.doomed.pop(); index !== undefined; index = state.doomed.pop()) {
    const doomed = state.tasks[index] as TaskRecord
    if (
      state.config.policy.failure === 'fail-fast' &&
      (doomed.status === 'failed' || doomed.status === 'lost') &&
      state.ended === undefined
    ) {
      cancelScope(emitter, { kind: 'run' }, 'policy', `fail-fast: ${doomed.spec.id} ${doomed.status}`)
    }
    for (const dependant of doomed.dependants ?? []) {
      const task = state.tasks[dependant] as TaskRecord
      if (isOutcome(task.status)) continue
      emitter.emit({
        type: 'task.skipped',
        task: task.spec.id,
        because: doomed.spec.id,
        outcome: doomed.status as Outcome,
      })
    }
  }
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
  const { lease, limits } = state.config
  const deadline = emitter.at + lease.leaseMs
  emitter.emit({
    type: 'task.assigned',
    task: task.spec.id,
    epoch: task.epoch + 1,
    worker,
    slot,
    rule: index.rule,
    retry: task.retries,
    deadline,
    ...(slice === undefined ? {} : { slice }),
  })
  timers.dropVoid()
  timers.add(task, Math.min(deadline, emitter.at + (task.spec.limits?.timeoutMs ?? limits.timeoutMs)))
  if (slice !== undefined) emitter.emit({ type: 'budget.reserved', task: task.spec.id, epoch: task.epoch, ...slice })
}

/**
 * What an attempt reserves; most use no model and so nothing. `later` when others hold what it needs,
 * `never` when the rest of the budget is too small.
 */
function sliceFor(state: KernelState, task: TaskRecord): Usage | undefined | 'later' | 'never' {
  const asked = task.spec.limits
  if (asked?.tokensMax === undefined && asked?.costMicrosMax === undefined) return undefined
  const slice = { tokens: asked.tokensMax ?? 0, costMicros: asked.costMicrosMax ?? 0 }
  const tokensLeft = state.config.limits.tokensMax - state.spentTokens - slice.tokens
  const costLeft = state.config.limits.costMicrosMax - state.spentCostMicros - slice.costMicros
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
