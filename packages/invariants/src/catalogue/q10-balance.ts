import { defineInvariant, finding } from '../invariant.ts'
import { uniformSlots } from '../measures/plain-schedule.ts'
import { SlotTime } from '../measures/slot-time.ts'

/** As long as tasks wait all slots are busy, so at the end they differ by one task at most. */
export const balance = defineInvariant({
  id: 'Q10',
  title: 'balance',
  sentence:
    'Independent tasks on equal slots leave no slot busy for longer than another by more than the longest task.',
  clauses: { uneven: 'A slot was busy for much longer than another that could have done the same tasks.' },
  watches: ['attempt.succeeded', 'run.completed', 'run.failed'],
  needs: ['task.assigned', ['run.completed', 'run.failed']],
  initial: () => ({ time: new SlotTime() }),
  onFact({ time }, fact, ledger) {
    if (fact.type === 'attempt.succeeded') {
      time.ended(fact, ledger)
      return undefined
    }
    if (uniformSlots(ledger) !== ledger.slots.size) return undefined
    for (const { spec } of ledger.tasks.values()) if ((spec.dependsOn ?? []).length > 0) return undefined
    const gap = time.balanceGapMs(ledger.slots.keys())
    if (gap <= time.longestMs) return undefined
    const sentence = `one slot was busy ${gap} ms longer than another; the longest task took ${time.longestMs} ms`
    return finding('uneven', sentence, fact.seq)
  },
})
