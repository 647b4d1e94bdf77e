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
