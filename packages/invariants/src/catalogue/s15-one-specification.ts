import { defineInvariant, finding } from '../invariant.ts'

export const oneSpecification = defineInvariant({
  id: 'S15',
  title: 'one specification per id',
  sentence:
    'An id stands for one task of the run, whose specification no longer changes once an attempt is at work on it.',
  clauses: {
    again: 'A task was added under an id that was taken.',
    amended: 'A task was amended while an attempt of it was at work.',
  },
  watches: ['task.added', 'task.amended'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const { id } = fact.task
    const task = ledger.tasks.get(id)
    if (task === undefined) return undefined
    if (fact.type === 'task.added') return finding('again', `${id} was added a second time`, task.seq, fact.seq)
    if (task.lease === undefined && task.status !== 'publishing') return undefined
    const sentence = `${id} was amended while attempt ${task.epoch} of it was ${task.status}`
    return finding('amended', sentence, task.lease?.seq ?? task.acceptedSeq, fact.seq)
  },
})
