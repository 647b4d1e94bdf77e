import { defineInvariant, finding } from '../invariant.ts'
import { findRival } from '../ledger/waiting-tasks.ts'
import { STOLEN } from './s21-steal-integrity.ts'

/**
 * Each steal gives work to a slot that had none, so there are never more of them than times at which a slot
 * falls idle. How many those are hangs on the lengths of tasks, which no log knows beforehand.
 *
 * Source: R. D. Blumofe, C. E. Leiserson, Scheduling multithreaded computations by work stealing (1999).
 */
export const stealEfficiency = defineInvariant({
  id: 'Q6',
  title: 'steal efficiency',
  sentence:
    'A slot steals only when it has nothing in front of it and nothing that it could take waits for any slot, and it takes from a slot that is busy.',
  clauses: {
    own: 'A slot stole a task although one was placed on itself.',
    waiting: 'A slot stole a task although one waited for any slot.',
    idle: 'A task was stolen from a slot that could have begun it itself.',
  },
  watches: ['task.assigned'],
  needs: ['task.placed'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    if (!fact.rule.endsWith(STOLEN)) return undefined
    const task = ledger.task(fact.task)
    if (task?.place === undefined) return undefined
    const { slot: owner, seq } = task.place
    const [own] = ledger.slots.get(fact.slot)?.placed ?? []
    if (own !== undefined) {
      return finding('own', `${fact.slot} stole ${task.id} although ${own.id} was placed on it`, seq, fact.seq)
    }
    const waiting = findRival(ledger, fact.worker, task, fact.at, ({ place }) => place === undefined)
    if (waiting !== undefined) {
      const sentence = `${fact.slot} stole ${task.id} from ${owner} although ${waiting.id} waited for any slot`
      return finding('waiting', sentence, waiting.readySeq, seq, fact.seq)
    }
    const { task: held, worker = '' } = ledger.slots.get(owner) ?? {}
    const record = ledger.workers.get(worker)
    if (held !== undefined || record === undefined || isCapped(record)) return undefined
    return finding('idle', `${fact.slot} stole ${task.id} from ${owner}, which was free`, seq, fact.seq)
  },
})

// ---------------------------------------------------------------------------------------------

function isCapped({ entry, leases }: { entry: { slotsMax?: number | undefined }; leases: number }): boolean {
  return entry.slotsMax !== undefined && leases >= entry.slotsMax
}
