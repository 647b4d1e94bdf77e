import { STOLEN } from '../catalogue/s21-steal-integrity.ts'
import { defineGoal, type Goal } from './goal.ts'

/** What may happen to tasks that are placed ahead; only a strategy that does so can reach it. */
export const stealGoals: readonly Goal[] = [
  defineGoal({
    id: 'steal-succeeded',
    sentence: 'A task succeeds that an idle slot took from another.',
    watches: ['task.assigned', 'task.succeeded'],
    initial: () => new Set<string>(),
    onFact(stolen, fact) {
      if (fact.type === 'task.succeeded') return stolen.has(fact.task)
      if (fact.rule.endsWith(STOLEN)) stolen.add(fact.task)
      return false
    },
  }),
  defineGoal({
    id: 'steal-races-completion',
    sentence: 'A task is stolen in the very ms in which its owner falls idle.',
    watches: ['task.assigned', 'attempt.succeeded', 'attempt.failed', 'attempt.lost'],
    /** When a task was last taken from each slot. */
    initial: () => new Map<string, number>(),
    onFact(takenAt, fact, ledger) {
      const task = ledger.task(fact.task)
      if (fact.type !== 'task.assigned') return takenAt.get(task?.lease?.slot ?? '') === fact.at
      if (fact.rule.endsWith(STOLEN) && task?.place !== undefined) takenAt.set(task.place.slot, fact.at)
      return false
    },
  }),
  defineGoal({
    id: 'placed-task-given-back',
    sentence: 'A slot leaves, and what was placed on it is done by another.',
    watches: ['worker.left', 'task.assigned'],
    initial: () => new Set<string>(),
    onFact(back, fact, ledger) {
      if (fact.type === 'task.assigned') return back.has(fact.task)
      for (const { id } of ledger.slots.get(fact.slot)?.placed ?? []) back.add(id)
      return false
    },
  }),
]
