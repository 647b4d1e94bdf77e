import { defineInvariant, finding } from '../invariant.ts'

/** What a fence refused was neither written nor sent, so a world does not tell of it as such. */
export const singleManager = defineInvariant({
  id: 'R3',
  title: 'single manager',
  sentence: 'Two managers never both act: once one has taken over, nothing of an earlier one is stored or sent.',
  clauses: {
    epoch: 'A manager took over under an epoch that is not above that of the one before it.',
    wrote: 'A manager wrote to the journal after another had taken over.',
    acted: 'A manager sent or acknowledged something after another had taken over.',
  },
  watches: ['manager.recovered'],
  observes: ['world.rose', 'world.durable', 'world.sent', 'world.acknowledged'],
  /** `recovered` is the epoch that the log tells of, `risen` the latest that the world has seen. */
  initial: () => ({ recovered: 0, recoveredSeq: 0, risen: 0 }),
  onFact(state, fact) {
    const { recovered, recoveredSeq } = state
    state.recovered = Math.max(recovered, fact.managerEpoch)
    state.recoveredSeq = fact.seq
    if (fact.managerEpoch > recovered) return undefined
    const sentence = `${fact.owner} took over as manager ${fact.managerEpoch} after manager ${recovered}`
    return finding('epoch', sentence, recoveredSeq, fact.seq)
  },
  onWorld(state, event) {
    switch (event.type) {
      case 'world.rose':
        if (event.managerEpoch > state.risen) state.risen = event.managerEpoch
        return undefined
      case 'world.durable': {
        if (event.managerEpoch >= state.risen) return undefined
        const sentence = `manager ${event.managerEpoch} stored fact ${event.seq} after manager ${state.risen} had taken over`
        return finding('wrote', sentence, event.seq)
      }
      case 'world.sent':
      case 'world.acknowledged': {
        if (event.managerEpoch >= state.risen) return undefined
        const what = event.type === 'world.sent' ? `sent ${event.effect} on` : 'acknowledged'
        const sentence = `manager ${event.managerEpoch} ${what} fact ${event.seq} after manager ${state.risen} had taken over`
        return finding('acted', sentence, event.seq)
      }
      default:
        return undefined
    }
  },
  blindSpot: (_ledger, isSimulated) =>
    isSimulated ? undefined : 'what a former manager did after it was followed shows in a simulated world only',
})
