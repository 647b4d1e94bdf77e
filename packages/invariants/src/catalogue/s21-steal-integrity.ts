import { defineInvariant, finding } from '../invariant.ts'

interface Place {
  readonly slot: string
  readonly seq: number
}

/** A steal is a second placing. Where a task is placed on a slot that leaves, its place is gone with it. */
export const stealIntegrity = defineInvariant({
  id: 'S21',
  title: 'steal integrity',
  sentence:
    'Only a task without a lease is placed or moved to another slot, only to one that is there, and it is assigned where it was placed last.',
  clauses: {
    leased: 'A task was placed while an attempt of it held the lease or its result was being published.',
    absent: 'A task was placed on a slot that had not joined or had left.',
    elsewhere: 'A task was assigned to another slot than the one it was placed on, without having been moved.',
  },
  watches: ['task.placed', 'task.assigned'],
  needs: ['task.placed'],
  initial: () => new Map<string, Place>(),
  onFact(places, fact, ledger) {
    if (fact.type === 'task.assigned') {
      if (places.size === 0) return undefined
      const place = places.get(fact.task)
      places.delete(fact.task)
      if (place === undefined || place.slot === fact.slot) return undefined
      const slot = ledger.slots.get(place.slot)
      if (slot?.present !== true || slot.seq > place.seq) return undefined
      const sentence = `${fact.task} was assigned to ${fact.slot} although it was placed on ${place.slot}`
      return finding('elsewhere', sentence, place.seq, fact.seq)
    }
    const task = ledger.task(fact.task)
    if (task !== undefined && (task.lease !== undefined || task.status === 'publishing')) {
      const sentence = `${task.id} was placed on ${fact.slot} while it was ${task.status}`
      return finding('leased', sentence, task.lease?.seq ?? task.acceptedSeq, fact.seq)
    }
    places.set(fact.task, { slot: fact.slot, seq: fact.seq })
    if (ledger.slots.get(fact.slot)?.present === true) return undefined
    return finding('absent', `${fact.task} was placed on ${fact.slot}, which is not there`, fact.seq)
  },
})
