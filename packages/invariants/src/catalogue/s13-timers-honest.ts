import type { FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { LeaseEntry, Ledger } from '../ledger/ledger.ts'
import { waitedMs } from '../ledger/waited-ms.ts'

type Clause = 'promise' | 'early' | 'deadline' | 'beat' | 'timeout' | 'progress' | 'started' | 'wake'

/** By the manager's clock throughout: the only one in the log. */
export const timersHonest = defineInvariant({
  id: 'S13',
  title: 'timers honest',
  sentence:
    'A lease runs out only at its deadline, which counts from the assignment or the last beat and from nothing else, and no wake comes early.',
  clauses: {
    promise: 'The deadline of an assignment does not lie one lease after it.',
    early: 'An attempt was declared lost before the deadline that is given as the reason.',
    deadline: 'The deadline given as the reason does not follow from the assignment and the last beat.',
    beat: 'The last beat given as the reason is not the last one of that attempt.',
    timeout: 'An attempt was ended by its time limit before that had passed.',
    progress: 'An attempt was ended by the clock of progress, which was off or had not run out.',
    started: 'A lost attempt is said to have started when it had not, or the other way round.',
    wake: 'A wake came early, twice, or without having been set.',
  },
  watches: ['task.assigned', 'attempt.lost', 'wake.set', 'message.delivered'],
  needs: ['run.started', ['attempt.lost', 'wake.set']],
  initial: () => ({ wakes: new Map<string, { wakeAt: number; seq: number }>() }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    if (fact.type === 'wake.set') {
      state.wakes.set(fact.wake, { wakeAt: fact.wakeAt, seq: fact.seq })
      return undefined
    }
    if (fact.type === 'message.delivered') {
      if (fact.kind !== 'woke') return undefined
      const name = fact.wake ?? ''
      const set = state.wakes.get(name)
      state.wakes.delete(name)
      if (set === undefined) return finding('wake', `the wake ${name} came although it was not set`, fact.seq)
      if (fact.at >= set.wakeAt) return undefined
      return finding('wake', `the wake ${name} came at ${fact.at} ms instead of ${set.wakeAt} ms`, set.seq, fact.seq)
    }
    if (fact.type === 'task.assigned') return brokenPromise(fact, ledger)
    const lease = ledger.task(fact.task)?.lease
    return lease === undefined || lease.epoch !== fact.epoch ? undefined : dishonest(fact, lease, ledger)
  },
  blindSpot: (ledger) =>
    ledger.live ? undefined : 'a journal holds no beats, so their times are taken from the evidence',
})

// ---------------------------------------------------------------------------------------------

function brokenPromise(fact: FactOf<'task.assigned'>, ledger: Ledger): Finding<Clause> | undefined {
  const leaseMs = ledger.config?.lease.leaseMs
  if (leaseMs === undefined || fact.deadline === fact.at + leaseMs) return undefined
  const sentence = `attempt ${fact.epoch} of ${fact.task} was assigned at ${fact.at} ms with the deadline ${fact.deadline} ms; its lease is ${leaseMs} ms`
  return finding('promise', sentence, fact.seq)
}

function dishonest(fact: FactOf<'attempt.lost'>, lease: LeaseEntry, ledger: Ledger): Finding<Clause> | undefined {
  const { clock, deadline } = fact.evidence
  const who = `attempt ${fact.epoch} of ${fact.task}`
  if (fact.started !== lease.started) {
    const sentence = `${who} is said to have ${fact.started ? '' : 'not '}started, but it had${lease.started ? '' : ' not'}`
    return finding('started', sentence, lease.seq, fact.seq)
  }
  if (clock === 'timeout') {
    const limit = Math.min(lease.timeoutMs, ledger.limits?.timeoutMs ?? lease.timeoutMs)
    const workedMs = fact.at - lease.at - waitedMs(lease, fact.at)
    if (workedMs >= limit) return undefined
    const sentence = `${who} was ended by its time limit after ${workedMs} ms; it has ${limit} ms`
    return finding('timeout', sentence, lease.seq, fact.seq)
  }
  if (clock === 'progress') {
    const limit = ledger.config?.lease.progressTimeoutMs ?? 0
    const workedMs = fact.at - lease.at - waitedMs(lease, fact.at)
    if (limit > 0 && workedMs >= limit) return undefined
    const sentence = `${who} was ended for lack of progress after ${workedMs} ms; the limit is ${limit} ms (0: off)`
    return finding('progress', sentence, lease.seq, fact.seq)
  }
  // What remains, the end of a host, a restart and a drain, may come at any time.
  if (clock !== 'beat') return undefined
  if (fact.at < deadline) {
    const sentence = `${who} was declared lost at ${fact.at} ms, before its deadline of ${deadline} ms`
    return finding('early', sentence, lease.seq, fact.seq)
  }
  return wrongBeat(fact, lease, ledger) ?? wrongDeadline(fact, lease, ledger)
}

function wrongBeat(fact: FactOf<'attempt.lost'>, lease: LeaseEntry, ledger: Ledger): Finding<Clause> | undefined {
  const { lastBeat } = fact.evidence
  const who = `attempt ${fact.epoch} of ${fact.task}`
  if (lastBeat < lease.beatAt) {
    const sentence = `${who} was declared lost for a last beat at ${lastBeat} ms, but it beat at ${lease.beatAt} ms`
    return finding('beat', sentence, lease.seq, fact.seq)
  }
  if (lastBeat <= fact.at && (!ledger.live || lastBeat <= lease.signAt + lease.stalledMs)) return undefined
  const sentence = `${who} is said to have beaten at ${lastBeat} ms, but its last sign of life was at ${lease.signAt} ms`
  return finding('beat', sentence, lease.seq, fact.seq)
}

function wrongDeadline(fact: FactOf<'attempt.lost'>, lease: LeaseEntry, ledger: Ledger): Finding<Clause> | undefined {
  const { deadline, lastBeat } = fact.evidence
  const leaseMs = ledger.config?.lease.leaseMs
  if (leaseMs === undefined) return undefined
  const promised = Math.max(lease.deadline, lastBeat + leaseMs)
  if (deadline >= promised && deadline <= promised + lease.stalledMs) return undefined
  const sentence = `attempt ${fact.epoch} of ${fact.task} was declared lost by the deadline ${deadline} ms; assignment and last beat give ${promised} ms`
  return finding('deadline', sentence, lease.seq, fact.seq)
}
