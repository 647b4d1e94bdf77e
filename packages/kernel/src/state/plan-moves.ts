import type { FactOf, Json, Usage } from '@bosun/core'
import type { KernelState } from './kernel-state.ts'
import { BUDGET } from './resource-holds.ts'

/** A plan holds as much as an attempt does by default, or what is left when that is less. */
export function openPlan(state: KernelState, request: string, goal: Json, since: number): void {
  const { tokensMax, costMicrosMax, attemptTokensMax, attemptCostMicrosMax } = state.config.limits
  const left = {
    tokens: Math.max(0, tokensMax - state.spentTokens - state.reservedTokens),
    costMicros: Math.max(0, costMicrosMax - state.spentCostMicros - state.reservedCostMicros),
  }
  const held = {
    tokens: Math.min(attemptTokensMax, left.tokens),
    costMicros: Math.min(attemptCostMicrosMax, left.costMicros),
  }
  state.plans.set(request, { goal, since, held, isDeferred: false })
  reserve(state, held, 1)
}

/** What a call of the planner has used is no longer held. One that tells late is charged all the same. */
export function chargePlan(state: KernelState, { request, ...call }: FactOf<'planner.called'>): void {
  const used = { tokens: call.inputTokens + call.outputTokens, costMicros: call.costMicros }
  state.spentTokens += used.tokens
  state.spentCostMicros += used.costMicros
  const plan = state.plans.get(request)
  if (plan === undefined) return
  const { held } = plan
  const paid = {
    tokens: Math.min(held.tokens, used.tokens),
    costMicros: Math.min(held.costMicros, used.costMicros),
  }
  plan.held = { tokens: held.tokens - paid.tokens, costMicros: held.costMicros - paid.costMicros }
  reserve(state, paid, -1)
}

export function closePlan(state: KernelState, request: string): void {
  const plan = state.plans.get(request)
  if (plan === undefined) return
  state.plans.delete(request)
  reserve(state, plan.held, -1)
  state.released.push(BUDGET)
}

/** Nobody makes the plan until it is asked for again. */
export function deferPlan(state: KernelState, request: string): void {
  const plan = state.plans.get(request)
  if (plan !== undefined) plan.isDeferred = true
}

export function requestPlan(state: KernelState, request: string, since: number): void {
  const plan = state.plans.get(request)
  if (plan === undefined) return
  plan.since = since
  plan.isDeferred = false
}

function reserve(state: KernelState, { tokens, costMicros }: Usage, sign: 1 | -1): void {
  state.reservedTokens += sign * tokens
  state.reservedCostMicros += sign * costMicros
}
