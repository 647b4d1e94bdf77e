import type { TaskStatus } from '@bosun/core'
import { defineGoal, type Goal } from './goal.ts'

/** What may happen to a manager, and to what it writes. */
export const managerGoals: readonly Goal[] = [
  ...(['waiting', 'ready', 'placed', 'assigned', 'publishing', 'retrying'] as const).map(crashWhile),
  defineGoal({
    id: 'crash-before-send',
    sentence: 'A manager dies after an assignment was stored and before it was sent.',
    watches: ['task.assigned', 'manager.recovered'],
    observes: ['world.durable', 'world.sent'],
    /** Assignments that were not sent yet; `durable` is 0 as long as no world is seen. */
    initial: () => ({ unsent: new Set<number>(), durable: 0 }),
    onFact({ unsent, durable }, fact) {
      if (fact.type === 'task.assigned') {
        unsent.add(fact.seq)
        return false
      }
      for (const seq of unsent) if (seq <= durable && seq < fact.seq) return true
      unsent.clear()
      return false
    },
    onWorld(state, event) {
      if (event.type === 'world.durable') state.durable = event.seq
      else if (event.type === 'world.sent') state.unsent.delete(event.seq)
      return false
    },
  }),
  defineGoal({
    id: 'resumed-with-live-leases',
    sentence: 'A manager takes over while attempts of its predecessor hold leases.',
    watches: ['manager.recovered'],
    initial: () => ({}),
    onFact: (_state, _fact, ledger) => ledger.leases > 0,
  }),
  struck('managers-overlapped', 'A manager that has been followed wakes up and goes on.', 'two-managers'),
  struck('store-refused', 'The store refuses a write.', 'store-refused'),
  struck('tail-torn', 'A manager dies while its record is half written.', 'tail-torn'),
]

// ---------------------------------------------------------------------------------------------

function crashWhile(status: TaskStatus): Goal {
  return defineGoal({
    id: `crash-while-${status}`,
    sentence: `A manager dies and is followed while a task is ${status}.`,
    watches: ['manager.recovered'],
    initial: () => ({}),
    onFact(_state, _fact, ledger) {
      for (const task of ledger.tasks.values()) if (task.status === status) return true
      return false
    },
  })
}

/** Reached when a fault of this kind strikes, of which the facts alone do not tell. */
function struck(id: string, sentence: string, kind: string): Goal {
  return defineGoal({
    id,
    sentence,
    observes: ['world.fault'],
    initial: () => ({}),
    onWorld: (_state, event) => event.type === 'world.fault' && event.kind === kind,
  })
}
