import { PctChoices } from '../choices/pct-choices.ts'
import { RandomChoices, type FaultScope } from '../choices/random-choices.ts'
import type { Source } from './source.ts'

const DEPTHS = [2, 3] as const
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
    account: () => {
      const bounds = DEPTHS.map((depth) => {
        const bound = pctBound(chains, events, depth)
        return `depth ${depth}: at least ${bound.toExponential(1)} a schedule, 99% after ${schedulesFor(0.99, bound)}`
      })
      return `n = ${chains} chains of k = ${events} events at most; a bug of ${bounds.join('; of ')}`
    },
  }
}

/** The least probability with which one schedule by priorities shows a bug: 1 / (n k^(d-1)). */
export function pctBound(chains: number, events: number, depth: number): number {
  return 1 / (chains * events ** (depth - 1))
}

/** Schedules after which something of this probability has come up with this confidence. */
export function schedulesFor(confidence: number, probability: number): number {
  return probability >= 1 ? 1 : Math.ceil(Math.log1p(-confidence) / Math.log1p(-probability))
}
