import { coreInvariants } from '../catalogue/core-invariants.ts'
import { livenessInvariants } from '../catalogue/liveness-invariants.ts'
import { unclaimedInvariants } from '../catalogue/quality-invariants.ts'
import { crossRunInvariants } from '../cross-run/cross-run-invariants.ts'
import type { Invariant } from '../invariant.ts'

/** What the documentation says of an invariant, whatever it judges. */
export type CatalogueEntry = Pick<Invariant, 'id' | 'title' | 'sentence' | 'clauses' | 'needs' | 'needsWorld'>

/** Invariants that are judged in the same way. */
export interface InvariantGroup {
  readonly title: string
  readonly intro: string
  readonly invariants: readonly CatalogueEntry[]
}

/** Every invariant there is, as the documentation groups them. */
export const invariantGroups: readonly InvariantGroup[] = [
  {
    title: 'Safety',
    intro: 'Judged at every fact of every log.',
    invariants: coreInvariants.filter(({ id }) => id.startsWith('S')),
  },
  {
    title: 'Resume',
    intro: 'Judged at every fact and at every event of a simulated world.',
    invariants: coreInvariants.filter(({ id }) => id.startsWith('R')),
  },
  {
    title: 'Liveness',
    intro:
      'Judged once the faults of a simulated world are over, by bounds that follow from the configuration of the run and start anew with each step forward. A journal shows only part of it.',
    invariants: livenessInvariants,
  },
  {
    title: 'Quality',
    intro:
      'Fails a run only if the strategy claims it: `work-conserving` claims Q1, Q5 and Q6, `fifo-per-key` Q2, `priority` Q3 and `fair` Q4. Everything else is measured and reported.',
    invariants: unclaimedInvariants([]),
  },
  {
    title: 'Between runs',
    intro:
      'Judged between two or more runs that should come to the same. The facts that a finding names are those of the last run.',
    invariants: crossRunInvariants,
  },
]
