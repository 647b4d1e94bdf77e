import { defineInvariant, finding } from '../invariant.ts'
import type { TaskEntry } from '../ledger/ledger.ts'
import { findRival } from '../ledger/waiting-tasks.ts'

/** A retry, or a change before the first attempt, puts a task at the end of its row. */
export const order = defineInvariant({
  id: 'Q2',
  title: 'order',
  sentence: 'Of the tasks with one key, the one that became ready first is assigned first.',
  clauses: { overtaken: 'A task was assigned before one of the same key that had been ready for longer.' },
  watches: ['task.assigned'],
  needs: ['task.added', 'task.assigned'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task?.spec.key === undefined) return undefined
    const earlier = findRival(ledger, fact.worker, task, fact.at, isEarlier)
    if (earlier === undefined) return undefined
    const sentence = `${task.id} was assigned before ${earlier.id}, which has the same key ${task.spec.key} and had been ready for longer`
    return finding('overtaken', sentence, earlier.readySeq, task.readySeq, fact.seq)
  },
})

// ---------------------------------------------------------------------------------------------

function isEarlier(candidate: TaskEntry, assigned: TaskEntry): boolean {
  return candidate.spec.key === assigned.spec.key && candidate.readySeq < assigned.readySeq
}
