import type { Fact } from '@bosun/core'
import type { Finding } from '../invariant.ts'
import { compareStates, type StateClause } from './compare-states.ts'
import { defineCrossRun } from './cross-run-invariant.ts'
import { finalState } from './final-state.ts'

/** Slots have no part in a final state, so a run with other names for them is compared as it is. */
export const orderInsensitivity = defineCrossRun({
  id: 'D2',
  title: 'order-insensitivity',
  sentence: 'Other names of slots, or another order of what arrives at the same time, change no result.',
  clauses: {
    task: 'A task has an outcome in one of the two runs only.',
    outcome: 'A task has another outcome in the permuted run.',
    result: 'A task has another result in the permuted run.',
    end: 'The permuted run ended otherwise, or with another result.',
  },
  judge: (run: readonly Fact[], permuted: readonly Fact[]): Finding<StateClause> | undefined =>
    compareStates(finalState(run), finalState(permuted), ['the run', 'the permuted one']),
})
