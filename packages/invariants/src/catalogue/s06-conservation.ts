import { defineInvariant, finding } from '../invariant.ts'

export const conservation = defineInvariant({
  id: 'S6',
  title: 'conservation',
  sentence:
    'A slot that joined holds at most one lease, every lease is given back, and none is held when the run ends.',
  clauses: {
    busy: 'A task was assigned to a slot that still held the lease of another.',
    absent: 'A task was assigned to a slot that had not joined or had left.',
    worker: 'A task was assigned to a slot under the name of another worker.',
    joined: 'A slot joined that was there already.',
    left: 'A slot left that was not there.',
    held: 'The run ended while an attempt still held its lease.',
  },
  watches: [
    'task.assigned',
    'worker.joined',
    'worker.left',
    'run.completed',
    'run.failed',
    'run.exhausted',
    'run.cancelled',
  ],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    switch (fact.type) {
      case 'task.assigned': {
        const slot = ledger.slots.get(fact.slot)
        if (slot?.present !== true) {
          const why = slot === undefined ? 'had never joined' : 'had left'
          return finding('absent', `${fact.task} was assigned to ${fact.slot}, which ${why}`, slot?.seq ?? 0, fact.seq)
        }
        if (slot.task !== undefined) {
          const sentence = `${fact.task} was assigned to ${fact.slot} while it still held ${slot.task.id}`
          return finding('busy', sentence, slot.task.lease?.seq ?? 0, fact.seq)
        }
        if (slot.worker === fact.worker) return undefined
        const sentence = `${fact.task} was assigned to ${fact.worker} on ${fact.slot}, which is a slot of ${slot.worker}`
        return finding('worker', sentence, slot.seq, fact.seq)
      }
      case 'worker.joined': {
        const slot = ledger.slots.get(fact.slot)
        // A manager that took over may count its slots anew.
        if (slot?.present !== true || slot.seq < ledger.recoveredSeq) return undefined
        return finding('joined', `${fact.slot} joined although it was there already`, slot.seq, fact.seq)
      }
      case 'worker.left': {
        const slot = ledger.slots.get(fact.slot)
        if (slot?.present === true) return undefined
        return finding('left', `${fact.slot} left although it was not there`, slot?.seq ?? 0, fact.seq)
      }
      default: {
        if (ledger.leases === 0) return undefined
        for (const task of ledger.tasks.values()) {
          if (task.lease === undefined) continue
          const sentence = `the run ended while attempt ${task.lease.epoch} of ${task.id} held ${task.lease.slot}`
          return finding('held', sentence, task.lease.seq, fact.seq)
        }
        return undefined
      }
    }
  },
})
