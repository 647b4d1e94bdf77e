import { defineInvariant, finding } from '../invariant.ts'
import { SlotTime } from '../measures/slot-time.ts'

/** Wasted slot time over useful slot time. */
const WASTE_SHARE_MAX = 1

export const waste = defineInvariant({
  id: 'Q7',
  title: 'waste',
  sentence: 'Attempts that came to nothing took no more slot time than those whose results were accepted.',
  clauses: { wasted: 'More slot time was wasted than used.' },
  watches: ['attempt.succeeded', 'attempt.failed', 'attempt.lost', 'attempt.revoked', 'run.completed', 'run.failed'],
  needs: ['task.assigned', ['run.completed', 'run.failed']],
  initial: () => ({ time: new SlotTime() }),
  onFact({ time }, fact, ledger) {
    if (fact.type !== 'run.completed' && fact.type !== 'run.failed') {
      time.ended(fact, ledger)
      return undefined
    }
    if (time.wasteMs <= WASTE_SHARE_MAX * time.workMs) return undefined
    const sentence = `attempts that came to nothing held slots for ${time.wasteMs} ms, the others for ${time.workMs} ms`
    return finding('wasted', sentence, fact.seq)
  },
})
