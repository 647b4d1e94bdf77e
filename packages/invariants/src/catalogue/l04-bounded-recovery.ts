import { defineInvariant, finding } from '../invariant.ts'
import type { LeaseEntry, Ledger } from '../ledger/ledger.ts'
import { waitedMs } from '../ledger/waited-ms.ts'
import { managerTime, patienceMs } from './patience.ts'

interface Signs {
  isCalm: boolean
  since: number
  /** The attempt whose beat arrived last. */
  beatTask: string
  beatEpoch: number
}

/** The other side of S13: that says that no lease runs out too early, this that none runs out too late. */
export const boundedRecovery = defineInvariant({
  id: 'L4',
  title: 'bounded recovery',
  sentence:
    'An attempt loses its lease soon after the deadline that its last beat set, and after its time limit however it beats.',
  clauses: {
    late: 'An attempt kept its lease long after the deadline that its last beat set.',
    overtime: 'An attempt that goes on beating was kept beyond its time limit.',
    credited: 'A beat that one attempt sent was taken for a sign of life of another.',
    kept: 'An attempt of which nothing more is heard keeps its lease for ever.',
  },
  watches: ['attempt.beat', 'attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked'],
  observes: ['world.calm', 'world.delivered', 'world.stuck'],
  needsWorld: true,
  initial: (): Signs => ({ isCalm: false, since: 0, beatTask: '', beatEpoch: 0 }),
  onFact(state, fact, ledger) {
    if (fact.type === 'attempt.beat' && state.beatTask === fact.task && state.beatEpoch !== fact.epoch) {
      const sentence = `a beat of attempt ${state.beatEpoch} of ${fact.task} was taken for one of attempt ${fact.epoch}`
      return finding('credited', sentence, ledger.task(fact.task)?.lease?.seq ?? 0)
    }
    const lease = state.isCalm ? ledger.task(fact.task)?.lease : undefined
    if (lease === undefined || lease.epoch !== fact.epoch) return undefined
    const patience = patienceMs(ledger)
    if (fact.type === 'attempt.beat') {
      const limit = limitOf(lease, fact.task, ledger)
      if (fact.at <= Math.max(lease.at + limit + lease.stalledMs + waitedMs(lease, fact.at), state.since) + patience)
        return undefined
      const sentence = `attempt ${fact.epoch} of ${fact.task} beats at ${fact.at} ms; it began at ${lease.at} ms and has ${limit} ms`
      return finding('overtime', sentence, lease.seq)
    }
    const due = Math.max(deadlineOf(lease, ledger), state.since)
    if (fact.at <= due + patience) return undefined
    // A restart ends leases that ran out while no manager was there to see it.
    if (fact.type === 'attempt.lost' && fact.evidence.clock === 'restart') return undefined
    const sentence = `attempt ${fact.epoch} of ${fact.task} was silent from ${lease.signAt} ms; its lease was due at ${due} ms and ended at ${fact.at} ms`
    return finding('late', sentence, lease.seq, fact.seq)
  },
  onWorld(state, event, ledger) {
    if (event.type === 'world.delivered') {
      if (event.report !== 'beat') return undefined
      state.beatTask = event.task
      state.beatEpoch = event.epoch
      return undefined
    }
    if (event.type === 'world.calm') {
      state.isCalm = true
      state.since = managerTime(event, ledger)
      return undefined
    }
    if (event.type !== 'world.stuck' || event.why !== 'silent' || ledger.endedSeq > 0) return undefined
    for (const { slot, task } of ledger.slots.values()) {
      if (task?.lease === undefined) continue
      const sentence = `attempt ${task.lease.epoch} of ${task.id} holds ${slot} for ever; its last sign of life was at ${task.lease.signAt} ms`
      return finding('kept', sentence, task.lease.seq, ledger.seq)
    }
    return undefined
  },
})

// ---------------------------------------------------------------------------------------------

function deadlineOf(lease: LeaseEntry, ledger: Ledger): number {
  const leaseMs = ledger.config?.lease.leaseMs ?? 0
  return Math.max(lease.deadline, lease.signAt + leaseMs) + lease.stalledMs
}

/** The time limit of an attempt; that of the run may have been raised since. */
function limitOf({ timeoutMs }: LeaseEntry, task: string, { limits, tasks }: Ledger): number {
  const isOwn = tasks.get(task)?.spec.limits?.timeoutMs !== undefined
  return isOwn || limits === undefined ? timeoutMs : Math.max(timeoutMs, limits.timeoutMs)
}
