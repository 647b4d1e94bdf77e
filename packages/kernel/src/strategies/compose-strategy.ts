import type { Strategy } from '@bosun/core'
import { criticalPath, fifo, priority } from './orders.ts'

/** The first free slot of the first able worker. */
export const firstFit: Strategy['placement'] = { name: 'first-fit' }

/** The free slot that has run the fewest attempts. */
export const leastLoaded: Strategy['placement'] = {
  name: 'least-loaded',
  choose: (_task, slots) => {
    let best = 0
    for (let index = 1; index < slots.length; index += 1) {
      if ((slots[index]?.assignments ?? 0) < (slots[best]?.assignments ?? 0)) best = index
    }
    return best
  },
}

/**
 * Doubles the delay from `backoffMs` up to `backoffMaxMs`, between half and all of it at random, so
 * that failures at the same time do not come back at the same time.
 */
export const exponentialBackoff: Strategy['retry'] = {
  next: (retry, _error, view, random) => {
    const { backoffMs, backoffMaxMs } = view.config.retry
    const full = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(retry, 30))
    return Math.round(full / 2 + (full / 2) * random())
  },
}

/** Lost without a beat for a lease, or without progress for its limit where one is set; suspect after half a lease. */
export const threeClocks: Strategy['liveness'] = {
  judge: (clocks, view) => {
    const { leaseMs, progressTimeoutMs } = view.config.lease
    if (clocks.sinceBeatMs >= leaseMs) return 'lost'
    if (progressTimeoutMs > 0 && clocks.sinceProgressMs >= progressTimeoutMs) return 'lost'
    return clocks.sinceBeatMs * 2 >= leaseMs ? 'suspect' : 'alive'
  },
}

/** Two tasks placed on each busy slot, and idle slots that take what others have not begun. */
const AHEAD_AND_STEAL: Strategy['dispatch'] = { ahead: 2, steal: true }

/**
 * Makes a strategy of the policies you name and the defaults: fifo, first fit, pull, exponential
 * backoff, always admit, three clocks. A policy is a pure function of what it is given. Work conservation is
 * claimed unless tasks are placed ahead without stealing.
 *
 * @example
 * const urgentFirst = composeStrategy({ name: 'urgent-first', order: priority, guarantees: ['priority'] })
 */
export function composeStrategy(policies: Partial<Strategy> & { readonly name: string }): Strategy {
  const { ahead, steal } = policies.dispatch ?? { ahead: 0, steal: false }
  return {
    name: policies.name,
    guarantees: policies.guarantees ?? (ahead > 0 && !steal ? [] : ['work-conserving']),
    order: policies.order ?? fifo,
    placement: policies.placement ?? firstFit,
    dispatch: { ahead, steal },
    retry: policies.retry ?? exponentialBackoff,
    admission: policies.admission ?? { admit: () => true },
    liveness: policies.liveness ?? threeClocks,
  }
}

/**
 * The strategies that a config can name. `work-stealing` places two tasks on each busy slot, first ready, first
 * placed, and lets idle slots steal: for many short tasks beside a few long ones.
 */
export const BUILT_IN_STRATEGIES: readonly Strategy[] = [
  composeStrategy({ name: 'fifo', order: fifo }),
  composeStrategy({ name: 'priority', order: priority, guarantees: ['work-conserving', 'priority'] }),
  composeStrategy({ name: 'critical-path', order: criticalPath }),
  composeStrategy({ name: 'work-stealing', dispatch: AHEAD_AND_STEAL }),
]
