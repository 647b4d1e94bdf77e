import type { Invariant } from '../invariant.ts'
import { termination } from './l01-termination.ts'
import { noLivelock } from './l02-no-livelock.ts'
import { noStarvation } from './l03-no-starvation.ts'
import { boundedRecovery } from './l04-bounded-recovery.ts'
import { noLeak } from './l05-no-leak.ts'
import { fanIn } from './l06-fan-in.ts'
import { cancelProgress } from './l07-cancel-progress.ts'
import { managerRecovery } from './l08-manager-recovery.ts'

/** What must come about under every strategy once the faults are over, in the order of the catalogue. */
export const livenessInvariants: readonly Invariant[] = [
  termination,
  noLivelock,
  noStarvation,
  boundedRecovery,
  noLeak,
  fanIn,
  cancelProgress,
  managerRecovery,
]
