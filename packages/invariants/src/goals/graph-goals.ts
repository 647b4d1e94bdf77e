import type { Ledger } from '../ledger/ledger.ts'
import { defineGoal, type Goal } from './goal.ts'

/** Shapes that a graph may have, and how failure goes through it. */
export const graphGoals: readonly Goal[] = [
  defineGoal({
    id: 'fan-in-with-failure',
    sentence: 'A task is skipped because of one dependency while another of its dependencies succeeded.',
    watches: ['task.skipped'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const dependsOn = ledger.task(fact.task)?.spec.dependsOn ?? []
      return dependsOn.some((id) => ledger.tasks.get(id)?.status === 'succeeded')
    },
  }),
  ended('graph-of-width-one', 'A run ends whose tasks, two or more, form one chain.', ({ tasks }) => {
    let first = 0
    for (const { spec, dependants } of tasks.values()) {
      const before = spec.dependsOn?.length ?? 0
      if (before > 1 || dependants.length > 1) return false
      if (before === 0) first += 1
    }
    return first === 1 && tasks.size > 1
  }),
  ended('graph-of-depth-one', 'A run ends whose tasks, two or more, do not depend on each other.', ({ tasks }) => {
    for (const { spec } of tasks.values()) if ((spec.dependsOn?.length ?? 0) > 0) return false
    return tasks.size > 1
  }),
]

// ---------------------------------------------------------------------------------------------

function ended(id: string, sentence: string, isReached: (ledger: Ledger) => boolean): Goal {
  return defineGoal({
    id,
    sentence,
    watches: ['run.completed', 'run.failed', 'run.exhausted', 'run.cancelled'],
    initial: () => ({}),
    onFact: (_state, _fact, ledger) => isReached(ledger),
  })
}
