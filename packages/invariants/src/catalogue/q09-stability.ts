import { defineInvariant, finding } from '../invariant.ts'

/** An overload that feeds on itself shows in attempts that are lost although nothing goes wrong any more. */
export const stability = defineInvariant({
  id: 'Q9',
  title: 'stability',
  sentence: 'Once the faults are over, no attempt that begins is lost for lack of a sign of life.',
  clauses: { relapse: 'An attempt that began when the faults were over was lost.' },
  watches: ['attempt.lost'],
  observes: ['world.calm'],
  needsWorld: true,
  initial: () => ({ calmSeq: -1 }),
  onFact(state, fact, ledger) {
    const lease = ledger.task(fact.task)?.lease
    if (state.calmSeq < 0 || lease === undefined || lease.seq <= state.calmSeq) return undefined
    if (fact.evidence.clock !== 'beat' && fact.evidence.clock !== 'host') return undefined
    const sentence = `attempt ${fact.epoch} of ${fact.task} began after the faults were over and was lost all the same`
    return finding('relapse', sentence, lease.seq, fact.seq)
  },
  onWorld(state, event, ledger) {
    if (event.type === 'world.calm') state.calmSeq = ledger.seq
    return undefined
  },
})
