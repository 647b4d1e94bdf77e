import { rateOpensAt } from './decide/drain.ts'
import { nextHedgeAt } from './decide/hedging.ts'
import { deadlineOf } from './decide/group-policies.ts'
import { waitsSince } from './dispatch/dispatch-index.ts'
import type { Kernel } from './kernel.ts'
import { wallEndsAt } from './state/wall-time.ts'

/**
 * When time alone has to be fed in with a `tick`: the earliest lease, time-out, backoff, wake or
 * limit that can run out. `undefined` when only an event can move the run.
 */
export function deadline(kernel: Kernel): number | undefined {
  const { state, index, timers } = kernel
  if (state.ended !== undefined || state.run === '') return undefined
  const { limits } = state.config
  let earliest = earlier(wallEndsAt(state), timers.firstAt)
  if (state.wakes.size > 0) for (const wakeAt of state.wakes.values()) earliest = earlier(earliest, wakeAt)
  if (state.plans.size > 0) {
    for (const { since, isDeferred } of state.plans.values())
      if (!isDeferred) earliest = earlier(earliest, since + limits.planTimeoutMs)
  }
  for (const group of state.timed) earliest = earlier(earliest, deadlineOf(group))
  if (state.paused) return earliest === Infinity ? undefined : earliest
  earliest = earlier(earliest, index.nextRetryAt)
  earliest = earlier(earliest, nextHedgeAt(kernel))
  const oldest = index.oldestReady()
  if (oldest === undefined) return earliest
  earliest = earlier(earliest, waitsSince(state, oldest) + limits.queueWaitMs)
  // While no slot is free, the rate holds nothing back, and time alone moves nothing.
  if (state.live >= limits.slotsMax || !index.hasMatch) return earliest
  // Measured from the time that was fed last, which may have left no fact: else it would be asked for again.
  const opensAt = rateOpensAt(state, index.at)
  return opensAt > index.at ? earlier(earliest, opensAt) : earliest
}

function earlier(one: number, other: number | undefined): number {
  return other !== undefined && other < one ? other : one
}
