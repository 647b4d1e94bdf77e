import type { Guarantee } from '@bosun/core'
import type { Invariant } from '../invariant.ts'
import { workConservation } from './q01-work-conservation.ts'
import { order } from './q02-order.ts'
import { priorityFirst } from './q03-priority.ts'
import { fairness } from './q04-fairness.ts'
import { makespan } from './q05-makespan.ts'
import { stealEfficiency } from './q06-steal-efficiency.ts'
import { waste } from './q07-waste.ts'
import { chatter } from './q08-chatter.ts'
import { stability } from './q09-stability.ts'
import { balance } from './q10-balance.ts'

/** In the order of the catalogue, each with the guarantee that claims it, if any does. */
const CATALOGUE: readonly (readonly [invariant: Invariant, claimedBy?: Guarantee])[] = [
  [workConservation, 'work-conserving'],
  [order, 'fifo-per-key'],
  [priorityFirst, 'priority'],
  [fairness, 'fair'],
  [makespan, 'work-conserving'],
  [stealEfficiency, 'work-conserving'],
  [waste],
  [chatter],
  [stability],
  [balance],
]

/** What a strategy with these guarantees is held to beyond the core: a violation fails the run. */
export function qualityInvariants(guarantees: readonly Guarantee[]): readonly Invariant[] {
  return pick((claimedBy) => claimedBy !== undefined && guarantees.includes(claimedBy))
}

/** The rest: what such a strategy does not promise, so that a violation is worth a line in a report and no more. */
export function unclaimedInvariants(guarantees: readonly Guarantee[]): readonly Invariant[] {
  return pick((claimedBy) => claimedBy === undefined || !guarantees.includes(claimedBy))
}

// ---------------------------------------------------------------------------------------------

function pick(isWanted: (claimedBy: Guarantee | undefined) => boolean): readonly Invariant[] {
  return CATALOGUE.filter(([, claimedBy]) => isWanted(claimedBy)).map(([invariant]) => invariant)
}
