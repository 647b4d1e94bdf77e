import { defineInvariant, finding } from '../invariant.ts'
import type { TaskEntry } from '../ledger/ledger.ts'
import { findRival } from '../ledger/waiting-tasks.ts'

/** How often the task that waits the longest may be passed over; once more for each one that waits beside it. */
const OVERTAKEN_MAX = 8

/**
 * Only tasks that came into the run after the waiting one was ready count as overtaking it: the
 * others were known when the strategy chose its order, and there is an end to them.
 */
export const noStarvation = defineInvariant({
  id: 'L3',
  title: 'no starvation',
  sentence: 'A ready task is not passed over without end by tasks that come in later and are no more urgent.',
  clauses: { starved: 'Later tasks were assigned again and again to slots that a waiting one could have taken.' },
  watches: ['task.assigned'],
  needs: ['task.added', 'task.assigned'],
  initial: () => ({ overtaken: new Map<string, number>() }),
  onFact(state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    if (state.overtaken.size > 0) state.overtaken.delete(task.id)
    const waiting = findRival(ledger, fact.worker, task, fact.at, wasReadyBefore)
    if (waiting === undefined) return undefined
    const count = (state.overtaken.get(waiting.id) ?? 0) + 1
    state.overtaken.set(waiting.id, count)
    const most = OVERTAKEN_MAX + (waiting.lane?.size ?? 0)
    if (count <= most) return undefined
    state.overtaken.delete(waiting.id)
    const sentence = `${waiting.id} has been ready since ${waiting.readyAt} ms and was passed over ${count} times by later tasks, now by ${task.id}`
    return finding('starved', sentence, waiting.readySeq, fact.seq)
  },
})

// ---------------------------------------------------------------------------------------------

function wasReadyBefore(waiting: TaskEntry, assigned: TaskEntry): boolean {
  return waiting.readyCause < assigned.cause && (waiting.spec.priority ?? 0) >= (assigned.spec.priority ?? 0)
}
