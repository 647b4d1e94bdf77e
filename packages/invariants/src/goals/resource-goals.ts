import { defineGoal, type Goal } from './goal.ts'

/** What may happen to caps, budget, slots and order. */
export const resourceGoals: readonly Goal[] = [
  defineGoal({
    id: 'cap-saturated',
    sentence: 'As many attempts hold a lease as the run allows, and another task is ready.',
    watches: ['task.assigned'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      if (ledger.limits === undefined || ledger.leases + 1 < ledger.limits.slotsMax) return false
      for (const task of ledger.tasks.values()) if (task.status === 'ready' && task.id !== fact.task) return true
      return false
    },
  }),
  defineGoal({
    id: 'budget-used-to-the-last',
    sentence: 'What is spent and reserved is exactly the budget, in tokens or in cost.',
    watches: ['budget.reserved', 'budget.settled'],
    initial: () => ({ tokens: 0, costMicros: 0, open: new Map<string, { tokens: number; costMicros: number }>() }),
    onFact(used, fact, { limits }) {
      const attempt = `${fact.task}@${fact.epoch}`
      const held = used.open.get(attempt) ?? { tokens: 0, costMicros: 0 }
      const isReserved = fact.type === 'budget.reserved'
      used.tokens += fact.tokens - (isReserved ? 0 : held.tokens)
      used.costMicros += fact.costMicros - (isReserved ? 0 : held.costMicros)
      if (!isReserved) {
        used.open.delete(attempt)
        return false
      }
      used.open.set(attempt, { tokens: held.tokens + fact.tokens, costMicros: held.costMicros + fact.costMicros })
      if (limits === undefined) return false
      const { tokens, costMicros } = used
      return (
        (fact.tokens > 0 && tokens === limits.tokensMax) || (fact.costMicros > 0 && costMicros === limits.costMicrosMax)
      )
    },
  }),
  defineGoal({
    id: 'rest-of-the-budget-given',
    sentence: 'An attempt gets less than the default slice, because no more is left.',
    watches: ['task.assigned'],
    initial: () => ({}),
    onFact(_state, { task, slice }, ledger) {
      const { limits } = ledger
      if (slice === undefined || limits === undefined || ledger.task(task)?.spec.limits?.tokensMax !== undefined)
        return false
      return slice.tokens > 0 && slice.tokens < limits.attemptTokensMax
    },
  }),
  defineGoal({
    id: 'budget-ends-a-run-with-successes',
    sentence: 'The budget does not cover an attempt any more, after tasks had succeeded within it.',
    watches: ['limit.reached'],
    initial: () => ({}),
    onFact: (_state, fact, { counts }) => fact.error.code === 'LIMIT_BUDGET' && counts.succeeded > 0,
  }),
  defineGoal({
    id: 'quota-spent-and-back',
    sentence: 'A task succeeds after a provider had refused an attempt of it for a spent quota.',
    watches: ['attempt.failed', 'task.succeeded'],
    initial: () => new Set<string>(),
    onFact(refused, fact) {
      if (fact.type === 'task.succeeded') return refused.has(fact.task)
      if (fact.error.code === 'MODEL_QUOTA_SPENT') refused.add(fact.task)
      return false
    },
  }),
  defineGoal({
    id: 'quota-spent-while-paused',
    sentence: 'A second attempt is refused for a spent quota while the run is paused for the first.',
    watches: ['attempt.failed'],
    initial: () => ({}),
    onFact: (_state, fact, { pausedSeq }) => fact.error.code === 'MODEL_QUOTA_SPENT' && pausedSeq > 0,
  }),
  defineGoal({
    id: 'model-call-told-of-late',
    sentence: 'A model call is recorded whose attempt no longer holds its lease.',
    watches: ['model.called'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => ledger.task(fact.task)?.lease?.epoch !== fact.epoch,
  }),
  defineGoal({
    id: 'lost-at-work-on-a-model',
    sentence: 'An attempt is lost of which model calls are recorded.',
    watches: ['model.called', 'attempt.lost'],
    initial: () => new Set<string>(),
    onFact(called, fact) {
      const attempt = `${fact.task}@${fact.epoch}`
      if (fact.type === 'attempt.lost') return called.has(attempt)
      called.add(attempt)
      return false
    },
  }),
  defineGoal({
    id: 'all-slots-gone-and-one-back',
    sentence: 'Every slot has left, and then one joins.',
    watches: ['worker.joined'],
    initial: () => ({}),
    onFact(_state, _fact, { slots }) {
      if (slots.size === 0) return false
      for (const { present } of slots.values()) if (present) return false
      return true
    },
  }),
  defineGoal({
    id: 'slot-name-used-again',
    sentence: 'A slot joins under a name that another one had before it left.',
    watches: ['worker.joined'],
    initial: () => ({}),
    onFact: (_state, fact, ledger) => ledger.slots.get(fact.slot)?.present === false,
  }),
  defineGoal({
    id: 'priority-overtakes',
    sentence: 'A task is assigned before one of lower priority that was added earlier and is ready.',
    watches: ['task.assigned'],
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const task = ledger.task(fact.task)
      if (task === undefined) return false
      const priority = task.spec.priority ?? 0
      for (const other of ledger.tasks.values()) {
        if (other.status === 'ready' && other.seq < task.seq && (other.spec.priority ?? 0) < priority) return true
      }
      return false
    },
  }),
  defineGoal({
    id: 'nothing-to-do-yet',
    sentence: 'No task is ready and every slot is idle although the run has not come to its end.',
    initial: () => ({}),
    onFact(_state, fact, ledger) {
      const { leases, unresolved, slots, cause, tasks } = ledger
      if (fact.cause === cause || leases > 0 || unresolved === 0 || slots.size === 0) return false
      for (const { status } of tasks.values()) if (status === 'ready' || status === 'publishing') return false
      return true
    },
  }),
]
