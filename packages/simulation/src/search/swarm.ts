import { RandomChoices, type FaultScope } from '../choices/random-choices.ts'
import type { Source } from './source.ts'

/** Schedules drawn at random, one for each seed. */
export function swarm(seeds: () => number, scope: FaultScope): Source {
  const choices = new RandomChoices(scope)
  return {
    name: 'swarm',
    next: () => {
      const seed = seeds()
      return () => choices.seeded(seed)
    },
  }
}
