import { defineInvariant, finding } from '../invariant.ts'

interface Written {
  /** Facts up to this one are stored. */
  durable: number
  /** The latest fact that somebody was told is recorded. */
  acknowledged: number
}

export const writeAhead = defineInvariant({
  id: 'R1',
  title: 'write-ahead',
  sentence:
    'Nothing leaves the manager before the fact behind it is stored, and what was acknowledged is still there after a crash.',
  clauses: {
    sent: 'The manager acted on a fact that was not stored yet.',
    acknowledged: 'Somebody was told that a fact is recorded which was not stored yet.',
    lost: 'A fact that was acknowledged is no longer in the journal.',
  },
  watches: ['manager.recovered'],
  needsWorld: true,
  observes: ['world.durable', 'world.sent', 'world.acknowledged'],
  initial: (): Written => ({ durable: 0, acknowledged: 0 }),
  onFact(state, fact) {
    if (fact.seq > state.acknowledged) return undefined
    const sentence = `after the crash the journal went on with a new fact ${fact.seq}, although fact ${state.acknowledged} had been acknowledged`
    return finding('lost', sentence, fact.seq)
  },
  onWorld(state, event) {
    switch (event.type) {
      case 'world.durable':
        if (event.seq > state.durable) state.durable = event.seq
        return undefined
      case 'world.sent': {
        if (event.seq <= state.durable) return undefined
        const what = event.task === undefined ? event.effect : `${event.effect} of ${event.task}`
        const sentence = `${what} was sent on fact ${event.seq} while only facts up to ${state.durable} were stored`
        return finding('sent', sentence, event.seq)
      }
      case 'world.acknowledged': {
        if (event.seq > state.acknowledged) state.acknowledged = event.seq
        if (event.seq <= state.durable) return undefined
        const sentence = `fact ${event.seq} was acknowledged while only facts up to ${state.durable} were stored`
        return finding('acknowledged', sentence, event.seq)
      }
      default:
        return undefined
    }
  },
})
