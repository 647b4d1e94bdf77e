import type { FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { LeaseEntry, Ledger } from '../ledger/ledger.ts'
import { waitedMs } from '../ledger/waited-ms.ts'

type Clause = 'promise' | 'early' | 'deadline' | 'beat' | 'timeout' | 'progress' | 'started' | 'wake' | 'wall'

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
    wall: 'A run was ended for its time before that was used up, which no pause uses.',
  },
  watches: [
    'task.assigned',
    'attempt.lost',
    'wake.set',
    'message.delivered',
    'run.started',
    'run.paused',
    'run.resumed',
    'run.reopened',
    'limit.reached',
  ],
  needs: ['run.started', ['attempt.lost', 'wake.set', 'limit.reached']],
  initial: (): Timers => ({ wakes: new Map(), begunAt: 0, pausedAt: undefined, pausedMs: 0 }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'wake.set':
        state.wakes.set(fact.wake, { wakeAt: fact.wakeAt, seq: fact.seq })
        return undefined
      case 'message.delivered':
        return fact.kind === 'woke' ? wrongWake(state, fact) : undefined
      case 'task.assigned':
        return brokenPromise(fact, ledger)
      case 'attempt.lost': {
        const lease = ledger.task(fact.task)?.lease
        return lease === undefined || lease.epoch !== fact.epoch ? undefined : dishonest(fact, lease, ledger)
      }
      default:
        return tooSoon(state, fact, ledger)
    }
  },
  blindSpot: (ledger) =>
    ledger.live ? undefined : 'a journal holds no beats, so their times are taken from the evidence',
})

// ---------------------------------------------------------------------------------------------

interface Timers {
  readonly wakes: Map<string, { readonly wakeAt: number; readonly seq: number }>
  /** When the run was started or reopened, when it was paused if it is, and how long it was in all before. */
  begunAt: number
  pausedAt: number | undefined
  pausedMs: number
}

function wrongWake({ wakes }: Timers, { wake, at, seq }: FactOf<'message.delivered'>): Finding<Clause> | undefined {
  const name = wake ?? ''
  const set = wakes.get(name)
  wakes.delete(name)
  if (set === undefined) return finding('wake', `the wake ${name} came although it was not set`, seq)
  if (at >= set.wakeAt) return undefined
  return finding('wake', `the wake ${name} came at ${at} ms instead of ${set.wakeAt} ms`, set.seq, seq)
}

function tooSoon(
  state: Timers,
  fact: FactOf<'run.started' | 'run.paused' | 'run.resumed' | 'run.reopened' | 'limit.reached'>,
  ledger: Ledger,
): Finding<Clause> | undefined {
  switch (fact.type) {
    case 'run.started':
    case 'run.reopened':
      Object.assign(state, { begunAt: fact.at, pausedAt: undefined, pausedMs: 0 })
      return undefined
    case 'run.paused':
      state.pausedAt = fact.at
      return undefined
    case 'run.resumed':
      state.pausedMs += fact.at - (state.pausedAt ?? fact.at)
      state.pausedAt = undefined
      return undefined
    case 'limit.reached': {
      const wallTimeMs = ledger.limits?.wallTimeMs
      if (fact.error.code !== 'LIMIT_WALL_TIME' || wallTimeMs === undefined) return undefined
      const used = (state.pausedAt ?? fact.at) - state.begunAt - state.pausedMs
      if (used >= wallTimeMs) return undefined
      return finding('wall', `the run was ended for its time after ${used} ms of ${wallTimeMs} ms`, fact.seq)
    }
  }
}

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
