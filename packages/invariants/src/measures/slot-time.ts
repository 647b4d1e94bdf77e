import type { FactOf } from '@bosun/core'
import type { Ledger } from '../ledger/ledger.ts'

/** Time in ms for which attempts held slots: of use, or not. */
export class SlotTime {
  /** Of attempts whose result was accepted. */
  workMs = 0
  /** Of all others: failed, lost and revoked ones. */
  wasteMs = 0
  longestMs = 0
  readonly bySlot = new Map<string, number>()

  /** Takes in the end of an attempt, which is not in the ledger yet. */
  ended(
    fact: FactOf<'attempt.succeeded' | 'attempt.failed' | 'attempt.lost' | 'attempt.revoked'>,
    ledger: Ledger,
  ): void {
    const lease = ledger.task(fact.task)?.lease
    if (lease === undefined || lease.epoch !== fact.epoch) return
    const held = fact.at - lease.at
    if (fact.type === 'attempt.succeeded') this.workMs += held
    else this.wasteMs += held
    this.longestMs = Math.max(this.longestMs, held)
    this.bySlot.set(lease.slot, (this.bySlot.get(lease.slot) ?? 0) + held)
  }

  /** The busiest of these slots less the idlest. */
  balanceGapMs(slots: Iterable<string>): number {
    let [least, most] = [Infinity, 0]
    for (const slot of slots) {
      const busy = this.bySlot.get(slot) ?? 0
      least = Math.min(least, busy)
      most = Math.max(most, busy)
    }
    return most - Math.min(least, most)
  }
}
