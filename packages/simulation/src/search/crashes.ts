import { NthFaultChoices } from '../choices/nth-fault-choices.ts'
import { RandomChoices } from '../choices/random-choices.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Source } from './source.ts'

/** The ways in which a manager dies: between records, at either side of an effect, in the middle of a record. */
export const CRASHES: readonly FaultKind[] = ['manager-crash', 'crash-before-effect', 'crash-after-effect', 'tail-torn']

/**
 * Scenarios without any other fault, each run once for every place at which the manager can die in it:
 * after each record, and with each record half written.
 */
export function crashes(seeds: () => number, kinds: readonly FaultKind[]): Source {
  const deaths = CRASHES.filter((kind) => kinds.includes(kind))
  const base = new RandomChoices({ faultsMax: 0 })
  let seed = seeds()
  let death = 0
  let nth = 0
  let last: NthFaultChoices | undefined
  let scenarios = 0

  /** Goes on to the next way of dying, then to the next scenario, once a schedule ended before its crash. */
  const goOn = (): void => {
    if (last === undefined || last.hasStruck) return
    nth = 0
    death += 1
    if (death < deaths.length) return
    death = 0
    scenarios += 1
    seed = seeds()
  }

  return {
    name: 'crashes',
    next: () => {
      const kind = deaths[death]
      if (kind === undefined) return undefined
      nth += 1
      const [ofSeed, at] = [seed, nth]
      return () => (last = new NthFaultChoices(base.seeded(ofSeed), kind, at))
    },
    learn: goOn,
    figures: () => ({ kind: 'crashes', scenarios }),
  }
}
