import { defineInvariant, finding } from '../invariant.ts'
import { heaviestPath, uniformSlots } from '../measures/plain-schedule.ts'

/**
 * While not all slots are busy, no task is ready, so the heaviest chain goes on: as long as all are
 * busy takes at most the work that is left over P slots, and the rest at most that chain. Durations
 * are those of the log, messages included, so nothing has to be known of what would be best.
 *
 * Source: R. L. Graham, Bounds on multiprocessing timing anomalies (1969); R. P. Brent (1974).
 */
export const makespan = defineInvariant({
  id: 'Q5',
  title: 'makespan',
  sentence:
    'Without faults and with equal slots, a run takes at most T1/P + (1 - 1/P) T∞, publications on the path added.',
  clauses: { long: 'The run took longer than any schedule that keeps its slots busy.' },
  watches: ['run.completed', 'run.failed'],
  needs: ['run.started', 'task.assigned', ['run.completed', 'run.failed']],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const slots = uniformSlots(ledger)
    if (slots === undefined) return undefined
    let [work, first, last] = [0, Infinity, 0]
    for (const { assignedAt, endedAt, outcomeAt, readyAt } of ledger.tasks.values()) {
      work += endedAt - assignedAt
      first = Math.min(first, readyAt)
      last = Math.max(last, outcomeAt)
    }
    const path = heaviestPath(
      ledger,
      ({ assignedAt, endedAt, outcomeAt }) => (1 - 1 / slots) * (endedAt - assignedAt) + outcomeAt - endedAt,
    )
    const most = work / slots + path
    if (last - first <= most + ROUNDING) return undefined
    const sentence = `the run took ${last - first} ms; ${slots} busy slots do work of ${work} ms within ${Math.ceil(most)} ms`
    return finding('long', sentence, fact.seq)
  },
  blindSpot: (ledger) =>
    uniformSlots(ledger) === undefined ? 'judged only for a run without faults whose slots take any task' : undefined,
})

/** Of the sums of fractions. */
const ROUNDING = 1e-6
