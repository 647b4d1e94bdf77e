import type { CrossRunInvariant } from './cross-run-invariant.ts'
import { determinism } from './d01-determinism.ts'
import { orderInsensitivity } from './d02-order-insensitivity.ts'
import { noOpFaults } from './d03-no-op-faults.ts'
import { scale } from './d04-scale.ts'
import { differential } from './differential.ts'
import { replay } from './r02-replay.ts'
import { resumeEquivalence } from './r04-resume-equivalence.ts'

/** What holds between runs, in the order of the catalogue. */
export const crossRunInvariants: readonly CrossRunInvariant[] = [
  replay,
  resumeEquivalence,
  determinism,
  orderInsensitivity,
  noOpFaults,
  scale,
  differential,
]
