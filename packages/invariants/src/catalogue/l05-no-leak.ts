import { defineInvariant, finding } from '../invariant.ts'
import { managerTime, patienceMs, SLACK_MS } from './patience.ts'

interface Rest {
  isCalm: boolean
  calmAt: number
  /** When work ended whose lease was live, by attempt. */
  readonly restedAt: Map<string, number>
  isReported: boolean
}

/** What a finished or dead attempt held must come back, although its report may be lost on the way. */
export const noLeak = defineInvariant({
  id: 'L5',
  title: 'no leak in time',
  sentence: 'Slot, budget and resources of an attempt that is over are given back within a lease or two.',
  clauses: {
    slot: 'An attempt held its slot long after its work had ended.',
    budget: 'Budget stays reserved although no attempt is live.',
  },
  watches: ['attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked'],
  observes: ['world.calm', 'world.rested'],
  needsWorld: true,
  initial: (): Rest => ({ isCalm: false, calmAt: 0, restedAt: new Map(), isReported: false }),
  onFact(state, fact, ledger) {
    if (state.restedAt.size === 0) return undefined
    const key = `${fact.task}@${fact.epoch}`
    const restedAt = state.restedAt.get(key)
    if (restedAt === undefined) return undefined
    state.restedAt.delete(key)
    const lease = ledger.task(fact.task)?.lease
    if (!state.isCalm || lease?.epoch !== fact.epoch) return undefined
    const since = Math.max(restedAt, state.calmAt) + lease.stalledMs
    if (fact.at <= since + (ledger.config?.lease.leaseMs ?? 0) + patienceMs(ledger) + SLACK_MS) return undefined
    if (fact.type === 'attempt.lost' && fact.evidence.clock === 'restart') return undefined
    const sentence = `attempt ${fact.epoch} of ${fact.task} was over at ${restedAt} ms and held ${lease.slot} until ${fact.at} ms`
    return finding('slot', sentence, lease.seq, fact.seq)
  },
  onWorld(state, event, ledger) {
    if (event.type === 'world.calm') {
      state.isCalm = true
      state.calmAt = managerTime(event, ledger)
    } else if (event.type === 'world.rested' && ledger.task(event.task)?.lease?.epoch === event.epoch) {
      state.restedAt.set(`${event.task}@${event.epoch}`, managerTime(event, ledger))
    }
    return undefined
  },
  atQuiescence(state, ledger) {
    if (ledger.leases > 0 || state.isReported) return undefined
    const { tokens, costMicros } = ledger.reserved
    if (tokens <= 0 && costMicros <= 0) return undefined
    state.isReported = true
    const what = tokens > 0 ? `${tokens} tokens` : `${costMicros} millionths of cost`
    return finding('budget', `${what} stay reserved although no attempt is live`, ledger.seq)
  },
})
