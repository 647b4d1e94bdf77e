import { seededRandom } from '@bosun/kernel'
import type { ChoiceList } from '../choices/choices.ts'
import { MutatedChoices } from '../choices/mutated-choices.ts'
import { RandomChoices, type FaultScope } from '../choices/random-choices.ts'
import type { Source } from './source.ts'

/** Schedules that are kept; when there are more, the oldest goes. */
const KEPT_COUNT_MAX = 400
/** The share of the choices that is made anew: mostly little, sometimes much. */
const RATES = [0.01, 0.03, 0.1, 0.4] as const

/**
 * Variations of schedules that reached something new, in the hope that more of it lies nearby.
 * Until there is one it draws at random.
 *
 * @param saved schedules to begin with
 */
export function mutation(seeds: () => number, scope: Required<FaultScope>, saved: readonly ChoiceList[] = []): Source {
  const fresh = new RandomChoices(scope)
  const kept = saved.slice(-KEPT_COUNT_MAX)
  let novelCount = 0
  return {
    name: 'mutation',
    wantsTraces: true,
    next: () => {
      const seed = seeds()
      const random = seededRandom(seed)
      const list = kept[Math.floor(random() * kept.length)]
      if (list === undefined) return () => fresh.seeded(seed)
      const rate = RATES[Math.floor(random() * RATES.length)] as number
      return () => new MutatedChoices(list, fresh.seeded(seed), { rate, seed, faultsMax: scope.faultsMax })
    },
    learn: ({ isNovel }) => {
      if (isNovel) novelCount += 1
    },
    keep: (choices) => {
      if (kept.push(choices) > KEPT_COUNT_MAX) kept.shift()
    },
    figures: () => ({ kind: 'mutation', novel: novelCount }),
  }
}
