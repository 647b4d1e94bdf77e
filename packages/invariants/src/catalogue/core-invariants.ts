import type { Invariant } from '../invariant.ts'
import { writeAhead } from './r01-write-ahead.ts'
import { singleManager } from './r03-single-manager.ts'
import { tornTail } from './r05-torn-tail.ts'
import { version } from './r06-version.ts'
import { dependenciesFirst } from './s01-dependencies-first.ts'
import { singleLiveOwner } from './s02-single-live-owner.ts'
import { fenced } from './s03-fenced.ts'
import { caps } from './s04-caps.ts'
import { budget } from './s05-budget.ts'
import { conservation } from './s06-conservation.ts'
import { acceptedOnce } from './s07-accepted-once.ts'
import { oneOutcome } from './s08-one-outcome.ts'
import { loudFailure } from './s09-loud-failure.ts'
import { cancelCloses } from './s10-cancel-closes.ts'
import { failurePropagation } from './s11-failure-propagation.ts'
import { attempts } from './s12-attempts.ts'
import { timersHonest } from './s13-timers-honest.ts'
import { identityOfInputs } from './s14-identity-of-inputs.ts'
import { oneSpecification } from './s15-one-specification.ts'
import { aggregation } from './s16-aggregation.ts'
import { boundedGrowth } from './s17-bounded-growth.ts'
import { roles } from './s18-roles.ts'
import { monotoneLog } from './s19-monotone-log.ts'
import { placement } from './s20-placement.ts'
import { stealIntegrity } from './s21-steal-integrity.ts'
import { groupPolicies } from './s22-group-policies.ts'
import { approvals } from './s23-approvals.ts'
import { hedging } from './s24-hedging.ts'

/** What holds for every run under every strategy, in the order of the catalogue. */
export const coreInvariants: readonly Invariant[] = [
  dependenciesFirst,
  singleLiveOwner,
  fenced,
  caps,
  budget,
  conservation,
  acceptedOnce,
  oneOutcome,
  loudFailure,
  cancelCloses,
  failurePropagation,
  attempts,
  timersHonest,
  identityOfInputs,
  oneSpecification,
  aggregation,
  boundedGrowth,
  roles,
  monotoneLog,
  placement,
  stealIntegrity,
  groupPolicies,
  approvals,
  hedging,
  writeAhead,
  singleManager,
  tornTail,
  version,
]
