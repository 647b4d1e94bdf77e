import { defineInvariant, finding } from '../invariant.ts'
import { predecessor } from '../ledger/ledger-book.ts'

interface Quarantined {
  readonly task: string
  readonly epoch: number
  readonly kind: string
}

/**
 * A denied tool call is left out: that a dead attempt was refused is the fence at work. So is a model
 * call that is told of late: it was made, and is recorded without another effect.
 */
export const fenced = defineInvariant({
  id: 'S3',
  title: 'fenced',
  sentence:
    'The epoch of a task rises by one with every assignment, and only reports of the live epoch have an effect.',
  clauses: {
    epoch: 'An assignment did not raise the epoch of its task by one.',
    stale: 'A report of an attempt that no longer held the lease had an effect.',
    retried: 'A retry named another attempt than the one that had ended.',
    ahead: 'A model call was recorded of an attempt that had never been assigned.',
    adopted:
      'An adopted result is not a quarantined result of that attempt, of the task or of one that it stands in for.',
  },
  watches: [
    'task.assigned',
    'task.retried',
    'attempt.started',
    'attempt.succeeded',
    'attempt.failed',
    'attempt.lost',
    'attempt.revoked',
    'attempt.emitted',
    'attempt.beat',
    'attempt.progressed',
    'tool.called',
    'model.called',
    'task.discovered',
    'approval.requested',
    'result.quarantined',
    'result.adopted',
  ],
  /** Quarantined results by sequence number: what `adopt` may name. */
  initial: () => new Map<number, Quarantined>(),
  onFact(quarantined, fact, ledger) {
    if (fact.type === 'result.quarantined') {
      quarantined.set(fact.seq, { task: fact.task, epoch: fact.epoch, kind: fact.kind })
      return undefined
    }
    if (fact.type === 'result.adopted') {
      const source = quarantined.get(fact.quarantined)
      const of = fact.predecessor ?? fact.task
      const isIt = source?.task === of && source.epoch === fact.epoch && source.kind === 'result'
      if (isIt && standsInFor(fact.task, of)) return undefined
      const sentence = isIt
        ? `${fact.by} adopted a result of ${of} for ${fact.task}, which does not stand in for it`
        : `${fact.by} adopted fact ${fact.quarantined}, which is no quarantined result of attempt ${fact.epoch} of ${of}`
      return finding('adopted', sentence, fact.quarantined, fact.seq)
    }
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    if (fact.type === 'task.assigned') {
      if (fact.epoch === task.epoch + 1) return undefined
      const sentence = `${task.id} was assigned with epoch ${fact.epoch} after epoch ${task.epoch}`
      return finding('epoch', sentence, fact.seq)
    }
    if (fact.type === 'task.retried') {
      if (fact.epoch === task.epoch) return undefined
      const sentence = `the retry of ${task.id} names attempt ${fact.epoch}, but attempt ${task.epoch} was the latest`
      return finding('retried', sentence, task.lastEndSeq, fact.seq)
    }
    // What a dead attempt has used was used all the same; only one that never was has used nothing.
    if (fact.type === 'model.called') {
      if (fact.epoch <= task.epoch) return undefined
      const sentence = `a model call of attempt ${fact.epoch} of ${task.id} was recorded, which had not been assigned`
      return finding('ahead', sentence, fact.seq)
    }
    if (task.lease?.epoch === fact.epoch) return undefined
    const live = task.lease === undefined ? 'none was live' : `attempt ${task.lease.epoch} was live`
    const sentence = `${fact.type} of ${task.id} was taken from attempt ${fact.epoch} while ${live}`
    return finding('stale', sentence, task.lease?.seq ?? task.lastEndSeq, fact.seq)
  },
})

function standsInFor(task: string, other: string): boolean {
  for (let id: string | undefined = task; id !== undefined; id = predecessor(id)) if (id === other) return true
  return false
}
