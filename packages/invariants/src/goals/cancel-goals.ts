import { defineGoal, type Goal } from './goal.ts'

/** Where a cancellation may strike. */
export const cancelGoals: readonly Goal[] = [
  defineGoal({
    id: 'cancelled-in-queue',
    sentence: 'A task is cancelled before it is assigned.',
    watches: ['task.cancelled'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = ledger.task(fact.task)
      return task?.epoch === 0 && (task.status === 'waiting' || task.status === 'ready')
    },
  }),
  defineGoal({
    id: 'cancelled-with-lease',
    sentence: 'A task is cancelled while an attempt of it holds the lease.',
    watches: ['task.cancelled'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => ledger.task(fact.task)?.undecided === 'revoked',
  }),
  defineGoal({
    id: 'cancelled-between-parts',
    sentence: 'A task is cancelled while an attempt of it has reported a part of its output.',
    watches: ['attempt.emitted', 'task.cancelled'],
    initial: () => new Map<string, number>(),
    onFact(epochs, fact, ledger) {
      if (fact.type === 'attempt.emitted') {
        epochs.set(fact.task, fact.epoch)
        return false
      }
      const task = ledger.task(fact.task)
      return task?.undecided === 'revoked' && epochs.get(fact.task) === task.epoch
    },
  }),
  defineGoal({
    id: 'cancelled-in-backoff',
    sentence: 'A task is cancelled while it waits for its next attempt.',
    watches: ['task.cancelled'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = ledger.task(fact.task)
      return task?.status === 'retrying' && fact.at < task.notBefore
    },
  }),
  defineGoal({
    id: 'cancelled-before-result',
    sentence: 'The result of a task arrives just after the task was cancelled.',
    watches: ['result.quarantined'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = fact.kind === 'result' ? ledger.task(fact.task) : undefined
      return task?.status === 'cancelled' && task.epoch === fact.epoch
    },
  }),
]
