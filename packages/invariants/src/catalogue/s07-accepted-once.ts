import { defineInvariant, finding } from '../invariant.ts'

export const acceptedOnce = defineInvariant({
  id: 'S7',
  title: 'accepted at most once',
  sentence:
    'One result at most is accepted per task, no result of a live attempt is put aside, and success rests on the accepted one.',
  clauses: {
    once: 'A second result was accepted for a task.',
    lost: 'The result of a live attempt was quarantined instead of accepted.',
    success: 'A task succeeded without an accepted result of that attempt.',
    published: 'Outputs were published twice, or without an accepted result of that attempt.',
    repeated: 'A task whose result was accepted was tried again.',
  },
  watches: [
    'attempt.succeeded',
    'result.adopted',
    'result.handed',
    'result.quarantined',
    'outputs.published',
    'task.succeeded',
    'task.retried',
    'task.assigned',
  ],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const accepted = task.acceptedSeq
    switch (fact.type) {
      case 'attempt.succeeded':
      case 'result.adopted':
      case 'result.handed': {
        if (accepted === 0) return undefined
        const sentence = `a result of attempt ${fact.epoch} of ${task.id} was accepted although that of attempt ${task.acceptedEpoch} already was`
        return finding('once', sentence, accepted, fact.seq)
      }
      case 'result.quarantined': {
        if (task.lease?.epoch !== fact.epoch || (fact.kind !== 'result' && fact.kind !== 'error')) return undefined
        const sentence = `the ${fact.kind} of attempt ${fact.epoch} of ${task.id} was quarantined although that attempt was live`
        return finding('lost', sentence, task.lease.seq, fact.seq)
      }
      case 'task.succeeded': {
        if (accepted > 0 && task.acceptedEpoch === fact.epoch) return undefined
        const sentence = `${task.id} succeeded by attempt ${fact.epoch}, whose result was never accepted`
        return finding('success', sentence, accepted, fact.seq)
      }
      case 'outputs.published': {
        if (accepted > 0 && task.acceptedEpoch === fact.epoch && task.publishedSeq === 0) return undefined
        const why = task.publishedSeq > 0 ? 'a second time' : 'although no result of it was accepted'
        const sentence = `outputs of attempt ${fact.epoch} of ${task.id} were published ${why}`
        return finding('published', sentence, accepted, task.publishedSeq, fact.seq)
      }
      default: {
        if (accepted === 0) return undefined
        const sentence = `${fact.type} of ${task.id} although the result of attempt ${task.acceptedEpoch} was accepted`
        return finding('repeated', sentence, accepted, fact.seq)
      }
    }
  },
})
