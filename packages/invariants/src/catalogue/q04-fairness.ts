import { defineInvariant, finding } from '../invariant.ts'
import { FairShare } from '../measures/fair-share.ts'

/** The largest task of either queue; every task counts as one start. */
const GAP_MAX = 2

export const fairness = defineInvariant({
  id: 'Q4',
  title: 'fairness',
  sentence:
    'While tasks of two queues wait for the same slots, neither queue gets more than two starts ahead of the other.',
  clauses: { uneven: 'One queue was served more than two starts ahead of another that waited for the same slots.' },
  watches: ['task.assigned'],
  needs: ['task.added', 'task.assigned'],
  initial: () => ({ share: new FairShare() }),
  onFact(state, fact, ledger) {
    const worst = state.share.assigned(fact, ledger)
    if (worst === undefined || worst.gap <= GAP_MAX) return undefined
    const [served, waiting] = worst.queues
    // Counted anew, so that one lapse is not reported with every start that follows.
    state.share = new FairShare()
    const sentence = `the queue ${served} got ${worst.gap} starts ahead of ${waiting}, which waited for the same slots`
    return finding('uneven', sentence, fact.seq)
  },
})
