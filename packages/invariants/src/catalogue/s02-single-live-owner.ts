import { defineInvariant, finding } from '../invariant.ts'

/** In the manager's log, that is: in truth an old attempt may still run, but it can no longer report. */
export const singleLiveOwner = defineInvariant({
  id: 'S2',
  title: 'single live owner',
  sentence: 'A task has at most one live lease, and only a live lease can start or end.',
  clauses: {
    'one-owner': 'A task was assigned while another attempt of it held the lease.',
    'no-lease': 'An attempt started or ended although its task had no live lease.',
    'started-once': 'An attempt started twice.',
  },
  watches: [
    'task.assigned',
    'attempt.started',
    'attempt.succeeded',
    'attempt.failed',
    'attempt.lost',
    'attempt.revoked',
  ],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const { lease } = task
    if (fact.type === 'task.assigned') {
      if (lease === undefined) return undefined
      const sentence = `${task.id} was assigned to ${fact.slot} while attempt ${lease.epoch} on ${lease.slot} held its lease`
      return finding('one-owner', sentence, lease.seq, fact.seq)
    }
    if (lease === undefined) {
      const sentence = `${fact.type} of ${task.id}, attempt ${fact.epoch}, although no attempt of it held a lease`
      return finding('no-lease', sentence, task.lastEndSeq, fact.seq)
    }
    if (fact.type !== 'attempt.started' || !lease.started || lease.epoch !== fact.epoch) return undefined
    return finding('started-once', `attempt ${fact.epoch} of ${task.id} started twice`, lease.seq, fact.seq)
  },
})
