import { defineInvariant, finding } from '../invariant.ts'
import { heaviestPath } from '../measures/plain-schedule.ts'

/** Thefts per slot and task of the longest chain. */
const STEALS_MAX = 4

interface Places {
  readonly slotOf: Map<string, string>
  /** How often a task was taken since it was placed first. */
  readonly stolen: Map<string, number>
  steals: number
}

/**
 * A steal is a placed task that goes to another slot. Their number is of the order of slots times the
 * longest chain; that bound is one of expectation, so here it is a generous multiple.
 *
 * Source: R. D. Blumofe, C. E. Leiserson, Scheduling multithreaded computations by work stealing (1999).
 */
export const stealEfficiency = defineInvariant({
  id: 'Q6',
  title: 'steal efficiency',
  sentence: 'Tasks are stolen about as often as slots fall idle, and none goes round.',
  clauses: {
    round: 'A task was stolen more often than there are slots.',
    many: 'More was stolen than slots can fall idle.',
  },
  watches: ['task.placed', 'task.assigned', 'run.completed', 'run.failed', 'run.exhausted', 'run.cancelled'],
  needs: ['task.placed'],
  initial: (): Places => ({ slotOf: new Map(), stolen: new Map(), steals: 0 }),
  onFact(state, fact, ledger) {
    if (fact.type !== 'task.placed' && fact.type !== 'task.assigned') {
      const slots = ledger.slots.size
      const most = STEALS_MAX * slots * (1 + heaviestPath(ledger, () => 1))
      if (state.steals <= most) return undefined
      return finding('many', `${state.steals} tasks were stolen among ${slots} slots; ${most} are plenty`, fact.seq)
    }
    const before = state.slotOf.get(fact.task)
    if (fact.type === 'task.placed') state.slotOf.set(fact.task, fact.slot)
    else state.slotOf.delete(fact.task)
    if (before === undefined || before === fact.slot) return undefined
    state.steals += 1
    const times = (state.stolen.get(fact.task) ?? 0) + 1
    state.stolen.set(fact.task, fact.type === 'task.placed' ? times : 0)
    if (times !== ledger.slots.size + 1) return undefined
    return finding('round', `${fact.task} was stolen ${times} times, now by ${fact.slot}`, fact.seq)
  },
})
