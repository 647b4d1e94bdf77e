import { rateOpensAt } from './decide/drain.ts'
import { waitsSince } from './dispatch/dispatch-index.ts'
import type { Kernel } from './kernel.ts'

/**
 * When time alone has to be fed in with a `tick`: the earliest lease, time-out, backoff, wake or
 * limit that can run out. `undefined` when only an event can move the run.
 */
export function deadline(kernel: Kernel): number | undefined {
  const { state, index, timers } = kernel
  if (state.ended !== undefined || state.run === '') return undefined
  const { limits } = state.config
  let earliest = state.startedAt + limits.wallTimeMs
  const consider = (at: number | undefined) => {
    if (at !== undefined && at < earliest) earliest = at
  }
  consider(timers.firstAt)
  for (const wakeAt of state.wakes.values()) consider(wakeAt)
  for (const since of state.plans.values()) consider(since + limits.planTimeoutMs)
  if (!state.paused) {
    consider(index.nextRetryAt)
    const oldest = index.oldestReady()
    if (oldest !== undefined) {
      consider(waitsSince(state, oldest) + limits.queueWaitMs)
      // While no slot is free, the rate holds nothing back, and time alone moves nothing.
      if (state.live >= limits.slotsMax || !index.hasMatch) return earliest
      // Measured from the time that was fed last, which may have left no fact: else it would be asked for again.
      const opensAt = rateOpensAt(state, index.at)
      if (opensAt > index.at) consider(opensAt)
    }
  }
  return earliest
}
