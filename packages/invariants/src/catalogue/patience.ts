import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent } from '../world-event.ts'

/** For what happens outside the manager's process: messages, the store, publication. In ms. */
export const SLACK_MS = 5_000

/**
 * How long, in ms, the manager may take to act on a deadline of its own: another lease for a strategy
 * that is more patient than the lease, and a beat, at whose pace it is asked.
 */
export function patienceMs({ config }: Ledger): number {
  return config === undefined ? 0 : config.lease.leaseMs + config.lease.heartbeatMs
}

/** The time of an event on the manager's clock, as far as the log has shown it; not earlier than true time. */
export function managerTime(event: WorldEvent, ledger: Ledger): number {
  return Math.max(event.at, ledger.at)
}

/** Actors of the manager's side are named `manager`, with or without a number. */
export function isManager(actor: string): boolean {
  return actor.startsWith('manager')
}
