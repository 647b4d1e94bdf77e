import type { Task, Usage, WorkerEntry } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'

/** `later` when others hold what is needed, `never` when the rest of the budget is too small whatever they leave. */
export type Slice = Usage | undefined | 'later' | 'never'

/**
 * What an attempt reserves of the budget of its run. Zero means zero, absent means the default, and
 * nothing is unlimited:
 *
 * - What the task states is reserved in full, or not at all.
 * - What it leaves open is, for a worker with a model, the default of the run. When less than that is
 *   left and nobody holds a reservation that might come back, the attempt gets the rest. A rest below a
 *   tenth of it rarely pays for a call: then no further attempt starts, rather than each in turn failing.
 * - A worker without a model needs no budget beyond what the task states.
 *
 * A plan that is being made holds its part until it is there.
 *
 * A run that may cost nothing gives slices that may cost nothing, so that models without a price serve
 * it; a run without tokens starts no attempt that asks a model.
 */
export function sliceFor(state: KernelState, { limits: stated }: Task, worker: WorkerEntry): Slice {
  const asksModel = worker.model !== undefined
  if (!asksModel && stated?.tokensMax === undefined && stated?.costMicrosMax === undefined) return undefined
  const { limits } = state.config
  const tokens = part(
    stated?.tokensMax,
    asksModel ? limits.attemptTokensMax : 0,
    limits.tokensMax,
    state.spentTokens,
    state.reservedTokens,
  )
  const costMicros = part(
    stated?.costMicrosMax,
    asksModel ? Math.min(limits.attemptCostMicrosMax, limits.costMicrosMax) : 0,
    limits.costMicrosMax,
    state.spentCostMicros,
    state.reservedCostMicros,
  )
  if (tokens === 'never' || costMicros === 'never') return 'never'
  return tokens === 'later' || costMicros === 'later' ? 'later' : { tokens, costMicros }
}

/** The least that is given of a default, as a share of it or, where that is less, of the whole budget. */
const REST_SHARE_MIN = 0.1

function part(
  stated: number | undefined,
  byDefault: number,
  budget: number,
  spent: number,
  reserved: number,
): number | 'later' | 'never' {
  const wanted = stated ?? byDefault
  // What nobody has used, reserved or not; negative when calls have overrun the budget.
  const unspent = budget - spent
  // Nothing always fits, even then.
  if (wanted === 0 || wanted <= unspent - reserved) return wanted
  const least = stated ?? Math.min(byDefault, budget) * REST_SHARE_MIN
  if (unspent <= 0 || unspent < least) return 'never'
  return stated === undefined && reserved === 0 ? unspent : 'later'
}
