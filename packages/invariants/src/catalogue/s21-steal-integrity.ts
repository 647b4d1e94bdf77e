import { defineInvariant, finding } from '../invariant.ts'

export const stealIntegrity = defineInvariant({
  id: 'S21',
  title: 'steal integrity',
  sentence: 'Only a task without a lease is placed or moved to another slot, and only to one that is there.',
  clauses: {
    leased: 'A task was placed while an attempt of it held the lease or its result was being published.',
    absent: 'A task was placed on a slot that had not joined or had left.',
  },
  watches: ['task.placed'],
  needs: ['task.placed'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task !== undefined && (task.lease !== undefined || task.status === 'publishing')) {
      const sentence = `${task.id} was placed on ${fact.slot} while it was ${task.status}`
      return finding('leased', sentence, task.lease?.seq ?? task.acceptedSeq, fact.seq)
    }
    if (ledger.slots.get(fact.slot)?.present === true) return undefined
    return finding('absent', `${fact.task} was placed on ${fact.slot}, which is not there`, fact.seq)
  },
})
