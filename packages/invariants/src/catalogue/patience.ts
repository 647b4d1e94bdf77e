import type { LeasePolicy } from '@bosun/core'
import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent } from '../world-event.ts'

/** For everything that is no wait by itself: messages, the store, publication. In ms. */
const SLACK_MS = 5_000

/**
 * How long, in ms, the manager may take to notice that something ended: by the lease, at the pace of
 * the beats for a strategy that is more patient, and a little more.
 */
export function patienceMs(ledger: Ledger): number {
  const { leaseMs, heartbeatMs } = ledger.config?.lease ?? NO_LEASE
  return leaseMs + heartbeatMs + SLACK_MS
}

/** The time of an event on the manager's clock, as far as the log has shown it; not earlier than true time. */
export function managerTime(event: WorldEvent, ledger: Ledger): number {
  return Math.max(event.at, ledger.at)
}

const NO_LEASE: Pick<LeasePolicy, 'leaseMs' | 'heartbeatMs'> = { leaseMs: 0, heartbeatMs: 0 }
