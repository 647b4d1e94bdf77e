import { defineInvariant, finding } from '../invariant.ts'
import type { TaskEntry } from '../ledger/ledger.ts'
import { findRival } from '../ledger/waiting-tasks.ts'

/**
 * Judged by the priority that the task itself states. Attempts are never taken from a slot, so what
 * already runs holds up a higher task for at most as long as it lasts.
 */
export const priorityFirst = defineInvariant({
  id: 'Q3',
  title: 'priority',
  sentence: 'No task is assigned while one of higher priority is ready that the same slot could take.',
  clauses: { inversion: 'A task was assigned although one of higher priority was ready for the same slot.' },
  watches: ['task.assigned'],
  needs: ['task.added', 'task.assigned'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const higher = findRival(ledger, fact.worker, task, fact.at, isHigher)
    if (higher === undefined) return undefined
    const [low, high] = [priorityOf(task), priorityOf(higher)]
    const sentence = `${task.id} of priority ${low} got ${fact.slot} while ${higher.id} of priority ${high} was ready for it`
    return finding('inversion', sentence, higher.readySeq, fact.seq)
  },
})

// ---------------------------------------------------------------------------------------------

function isHigher(candidate: TaskEntry, assigned: TaskEntry): boolean {
  return priorityOf(candidate) > priorityOf(assigned)
}

function priorityOf({ spec }: TaskEntry): number {
  return spec.priority ?? 0
}
