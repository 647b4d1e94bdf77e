import { defineInvariant, finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'
import { idleTask } from '../ledger/waiting-tasks.ts'
import { managerTime, patienceMs } from './patience.ts'

/**
 * A strategy may hold a ready task back while others work. When nothing works any more, nothing is
 * left for it to wait for: a dependant that could run and does not was forgotten. A strategy that
 * claims `work-conserving` is held to Q1 besides, which asks for it at once.
 */
export const fanIn = defineInvariant({
  id: 'L6',
  title: 'fan-in progress',
  sentence:
    'A task whose last dependency has succeeded is not left waiting while its slot is free and nothing else is at work.',
  clauses: {
    late: 'A dependant waited for a long time although nothing held it back.',
    left: 'A dependant is left waiting for ever although nothing holds it back.',
  },
  watches: ['task.assigned', 'task.failed', 'task.lost', 'task.cancelled', 'task.skipped'],
  observes: ['world.calm', 'world.stuck'],
  needsWorld: true,
  initial: () => ({ isCalm: false, task: '', since: 0 }),
  onFact(state, fact, ledger) {
    if (!state.isCalm || fact.task !== state.task) return undefined
    const { since } = state
    state.task = ''
    if (fact.at <= since + patienceMs(ledger)) return undefined
    const sentence = `${fact.task} could have run from ${since} ms on, and waited until ${fact.at} ms`
    return finding('late', sentence, ledger.task(fact.task)?.readySeq ?? 0, fact.seq)
  },
  onWorld(state, event, ledger) {
    if (event.type === 'world.calm') {
      state.isCalm = true
      return undefined
    }
    if (event.type !== 'world.stuck') return undefined
    const task = forgotten(ledger, managerTime(event, ledger))
    if (task === undefined) return undefined
    return finding('left', `${task.id} could run and is left waiting for ever`, task.readySeq, ledger.seq)
  },
  atQuiescence(state, ledger) {
    const task = state.isCalm ? forgotten(ledger, ledger.at) : undefined
    if (task?.id === state.task) return undefined
    state.task = task?.id ?? ''
    state.since = ledger.at
    return undefined
  },
})

// ---------------------------------------------------------------------------------------------

/** A dependant that could run while nothing is at work. */
function forgotten(ledger: Ledger, at: number): TaskEntry | undefined {
  if (ledger.leases > 0 || ledger.ready === 0) return undefined
  const task = idleTask(ledger, at)
  return (task?.spec.dependsOn ?? []).length === 0 ? undefined : task
}
