import { FACT_VERSION } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'

/** The journal refuses such a run at its door; here it is said of a log that came another way. */
export const version = defineInvariant({
  id: 'R6',
  title: 'version',
  sentence: `A run is told in facts of version ${FACT_VERSION}, the one that this Bosun reads.`,
  clauses: { unknown: 'The run was started in another version of the facts.' },
  watches: ['run.started'],
  needs: ['run.started'],
  initial: () => ({}),
  onFact(_state, fact) {
    const told: number = fact.version
    if (told === FACT_VERSION) return undefined
    const sentence = `the run is told in facts of version ${told}; version ${FACT_VERSION} is known`
    return finding('unknown', sentence, fact.seq)
  },
})
