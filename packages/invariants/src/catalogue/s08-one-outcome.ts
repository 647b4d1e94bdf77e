import { isOutcome, type Fact } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'

/** What may still be written after the end of a run: late reports, hosts that go, and its reopening. */
const AFTER_THE_END = new Set<Fact['type']>([
  'result.quarantined',
  'violation.recorded',
  'tool.denied',
  'host.started',
  'worker.joined',
  'worker.left',
  'run.reopened',
  'attempt.beat',
  'attempt.progressed',
  'manager.stalled',
])

export const oneOutcome = defineInvariant({
  id: 'S8',
  title: 'one outcome',
  sentence:
    'Every task gets exactly one outcome that never changes, and so does the run, after which nothing more happens.',
  clauses: {
    again: 'A task that had its outcome got another one.',
    after: 'A task that had its outcome was placed, assigned, retried or amended.',
    held: 'A task got its outcome while an attempt of it still held the lease.',
    unresolved: 'The run ended while a task had no outcome.',
    ended: 'Something happened after the end of the run.',
    reopened: 'A run was reopened that had not ended.',
  },
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    if (ledger.endedSeq > 0 && !AFTER_THE_END.has(fact.type)) {
      return finding('ended', `${fact.type} happened after the end of the run`, ledger.endedSeq, fact.seq)
    }
    switch (fact.type) {
      case 'task.succeeded':
      case 'task.failed':
      case 'task.lost':
      case 'task.cancelled':
      case 'task.skipped': {
        const task = ledger.task(fact.task)
        if (task === undefined) return undefined
        if (isOutcome(task.status)) {
          const sentence = `${task.id} became ${fact.type.slice(5)} although it was ${task.status} already`
          return finding('again', sentence, task.outcomeSeq, fact.seq)
        }
        if (task.lease === undefined) return undefined
        const sentence = `${task.id} became ${fact.type.slice(5)} while attempt ${task.lease.epoch} held its lease`
        return finding('held', sentence, task.lease.seq, fact.seq)
      }
      case 'task.placed':
      case 'task.assigned':
      case 'task.retried': {
        const task = ledger.task(fact.task)
        if (task === undefined || !isOutcome(task.status)) return undefined
        const sentence = `${fact.type} of ${task.id} although it was ${task.status} already`
        return finding('after', sentence, task.outcomeSeq, fact.seq)
      }
      case 'task.amended': {
        const task = ledger.task(fact.task.id)
        if (task === undefined || !isOutcome(task.status)) return undefined
        const sentence = `${task.id} was amended although it was ${task.status} already`
        return finding('after', sentence, task.outcomeSeq, fact.seq)
      }
      case 'run.completed':
      case 'run.failed':
      case 'run.exhausted':
      case 'run.cancelled': {
        if (ledger.unresolved === 0) return undefined
        for (const task of ledger.tasks.values()) {
          if (isOutcome(task.status) || task.superseded) continue
          return finding('unresolved', `the run ended while ${task.id} was ${task.status}`, task.seq, fact.seq)
        }
        return undefined
      }
      case 'run.reopened':
        if (ledger.endedSeq > 0) return undefined
        return finding('reopened', `${fact.by} reopened the run although it had not ended`, fact.seq)
      default:
        return undefined
    }
  },
})
