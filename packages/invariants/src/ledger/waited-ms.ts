import type { LeaseEntry } from './ledger.ts'

/** How long an attempt has waited for people up to a time. */
export function waitedMs({ waitsFor, waitsSince, waitedMs: before }: LeaseEntry, at: number): number {
  return before + (waitsFor.size > 0 ? at - waitsSince : 0)
}
