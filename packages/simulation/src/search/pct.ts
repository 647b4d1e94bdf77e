import { PctChoices } from '../choices/pct-choices.ts'
import { RandomChoices, type FaultScope } from '../choices/random-choices.ts'
import { DEPTHS } from './source-figures.ts'
import type { Source } from './source.ts'

/** Taken as the number of events until a schedule has had more. */
const EVENTS_MIN = 20

/** Schedules by priorities of chains of events, on scenarios drawn at random. */
export function pct(seeds: () => number, scope: FaultScope): Source {
  const base = new RandomChoices(scope)
  let nth = 0
  let last: PctChoices | undefined
  let events = EVENTS_MIN
  let chains = 1
  return {
    name: 'pct',
    next: () => {
      const seed = seeds()
      const options = { seed, depth: DEPTHS[nth++ % DEPTHS.length] as number, events }
      return () => (last = new PctChoices(base.seeded(seed), options))
    },
    learn: () => {
      events = Math.max(events, last?.events ?? 0)
      chains = Math.max(chains, last?.chains ?? 0)
    },
    figures: () => ({ kind: 'pct', chainsMax: chains, eventsMax: events }),
  }
}
