import type { Fact } from '@bosun/core'
import type { Finding } from '../invariant.ts'
import { compareStates, type StateClause } from './compare-states.ts'
import { defineCrossRun } from './cross-run-invariant.ts'
import { finalState } from './final-state.ts'

/**
 * The reference does one task after the other on one slot, in an order of the graph, without a fault:
 * too simple to be wrong. Both have the same deterministic workers.
 */
export const differential = defineCrossRun({
  id: 'DIFF',
  title: 'differential',
  sentence: 'A run ends with the results of a reference that does one task after the other on one slot.',
  clauses: {
    task: 'A task has an outcome in one of the two runs only.',
    outcome: 'A task has another outcome than in the reference.',
    result: 'A task has another result than in the reference.',
    end: 'The run ended otherwise than the reference.',
  },
  judge: (reference: readonly Fact[], run: readonly Fact[]): Finding<StateClause> | undefined =>
    compareStates(finalState(reference), finalState(run), ['the reference', 'the run']),
})
