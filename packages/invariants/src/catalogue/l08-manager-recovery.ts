import { defineInvariant, finding } from '../invariant.ts'
import { isManager, managerTime, patienceMs, SLACK_MS } from './patience.ts'

interface Recovery {
  isCalm: boolean
  /** When a manager's process rose that has not taken the run over yet; -1 while there is none. */
  roseAt: number
  /** From when on attempts of the former manager are held against the new one. */
  since: number
}

/** That the run then goes forward is for L1 to say. */
export const managerRecovery = defineInvariant({
  id: 'L8',
  title: 'manager recovery',
  sentence:
    'A new manager takes the run over within a bound, and no attempt of the former one is left without an owner.',
  clauses: {
    recovered: 'A new manager did not take the run over.',
    orphan: 'An attempt of the former manager kept its lease without a sign of life.',
  },
  watches: ['manager.recovered', 'attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked'],
  observes: ['world.calm', 'world.rose', 'world.died', 'world.rested', 'world.stuck'],
  needsWorld: true,
  initial: (): Recovery => ({ isCalm: false, roseAt: -1, since: 0 }),
  onFact(state, fact, ledger) {
    if (fact.type === 'manager.recovered') {
      state.roseAt = -1
      state.since = fact.at
      return undefined
    }
    if (!state.isCalm || ledger.recoveredSeq === 0) return undefined
    const lease = ledger.task(fact.task)?.lease
    if (lease === undefined || lease.epoch !== fact.epoch || lease.seq > ledger.recoveredSeq) return undefined
    const since = Math.max(state.since, lease.signAt) + lease.stalledMs
    if (fact.at <= since + (ledger.config?.lease.leaseMs ?? 0) + patienceMs(ledger) + SLACK_MS) return undefined
    const sentence = `attempt ${fact.epoch} of ${fact.task} was under way when a new manager took over at ${state.since} ms, and kept ${lease.slot} in silence until ${fact.at} ms`
    return finding('orphan', sentence, lease.seq, ledger.recoveredSeq, fact.seq)
  },
  onWorld(state, event, ledger) {
    switch (event.type) {
      case 'world.calm':
        state.isCalm = true
        state.since = Math.max(state.since, managerTime(event, ledger))
        if (state.roseAt >= 0) state.roseAt = event.at
        return undefined
      case 'world.rose':
        // The first manager has nothing to take over, and neither has one that finds the run ended.
        if (isManager(event.actor) && ledger.facts > 0 && ledger.endedSeq === 0) state.roseAt = event.at
        return undefined
      case 'world.died':
        if (isManager(event.actor)) state.roseAt = -1
        return undefined
      default: {
        if (!state.isCalm || state.roseAt < 0) return undefined
        const { roseAt } = state
        if (event.type !== 'world.stuck' && event.at <= roseAt + patienceMs(ledger) + SLACK_MS) return undefined
        state.roseAt = -1
        const sentence = `a new manager rose at ${roseAt} ms and had not taken the run over at ${event.at} ms`
        return finding('recovered', sentence, ledger.seq)
      }
    }
  },
})
