import type { Fact } from '@bosun/core'
import type { Finding } from '../invariant.ts'
import { compareStates, type StateClause } from './compare-states.ts'
import { defineCrossRun } from './cross-run-invariant.ts'
import { finalState } from './final-state.ts'

export const noOpFaults = defineCrossRun({
  id: 'D3',
  title: 'no-op faults',
  sentence: 'A message that arrives twice, or a duplicate that is lost, changes no final state.',
  clauses: {
    task: 'A task has an outcome in one of the two runs only.',
    outcome: 'A task has another outcome because of the duplicates.',
    result: 'A task has another result because of the duplicates.',
    end: 'The run ended otherwise because of the duplicates.',
  },
  judge: (run: readonly Fact[], disturbed: readonly Fact[]): Finding<StateClause> | undefined =>
    compareStates(finalState(run), finalState(disturbed), ['the run', 'the one with duplicates']),
})
