import type { FactOf } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** The last word of the rule of an assignment to another slot than the one on which the task was placed. */
export const STOLEN = '/steal'

/**
 * A steal is an assignment: the task goes from its place to the slot that takes it in one fact, and gets its
 * epoch there. Where a slot leaves, and where the run is paused or its manager recovered, places are gone.
 */
export const stealIntegrity = defineInvariant({
  id: 'S21',
  title: 'steal integrity',
  sentence:
    'Only a task that could be assigned is placed, on one slot that is there; it is assigned to that slot, or stolen where the strategy says so.',
  clauses: {
    leased: 'A task was placed while an attempt of it held the lease or its result was being published.',
    early: 'A task was placed before its dependencies had succeeded or its backoff was over.',
    twice: 'A task was placed on a slot while it was placed on one.',
    absent: 'A task was placed on a slot that had not joined or had left.',
    elsewhere: 'A task was assigned to another slot than the one it was placed on, without being named as stolen.',
    forbidden: 'A task was stolen although the strategy that had placed it does not allow it.',
    nothing: 'An assignment was named a steal although its task was not placed on another slot.',
  },
  watches: ['task.placed', 'task.assigned'],
  needs: ['task.placed'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    return fact.type === 'task.placed' ? judgePlacing(fact, ledger) : judgeAssignment(fact, ledger)
  },
})

// ---------------------------------------------------------------------------------------------

function judgePlacing(fact: FactOf<'task.placed'>, ledger: Ledger) {
  const task = ledger.task(fact.task)
  if (task !== undefined && (task.lease !== undefined || task.status === 'publishing')) {
    const sentence = `${task.id} was placed on ${fact.slot} while it was ${task.status}`
    return finding('leased', sentence, task.lease?.seq ?? task.acceptedSeq, fact.seq)
  }
  if (task !== undefined && (task.status === 'waiting' || task.notBefore > fact.at)) {
    const sentence = `${task.id} was placed on ${fact.slot} before it could be assigned`
    return finding('early', sentence, task.seq, fact.seq)
  }
  if (task?.place !== undefined) {
    const sentence = `${task.id} was placed on ${fact.slot} while it was placed on ${task.place.slot}`
    return finding('twice', sentence, task.place.seq, fact.seq)
  }
  if (ledger.slots.get(fact.slot)?.present === true) return undefined
  return finding('absent', `${fact.task} was placed on ${fact.slot}, which is not there`, fact.seq)
}

function judgeAssignment(fact: FactOf<'task.assigned'>, ledger: Ledger) {
  const place = ledger.task(fact.task)?.place
  const isStolen = fact.rule.endsWith(STOLEN)
  if (place === undefined || place.slot === fact.slot) {
    if (!isStolen) return undefined
    return finding('nothing', `${fact.task} was stolen by ${fact.slot} although no other slot had it`, fact.seq)
  }
  if (!isStolen) {
    const sentence = `${fact.task} was assigned to ${fact.slot} although it was placed on ${place.slot}`
    return finding('elsewhere', sentence, place.seq, fact.seq)
  }
  if (place.steal) return undefined
  const sentence = `${fact.slot} stole ${fact.task} from ${place.slot} although the strategy does not allow it`
  return finding('forbidden', sentence, place.seq, fact.seq)
}
