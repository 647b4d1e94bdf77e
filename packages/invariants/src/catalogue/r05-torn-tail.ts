import { defineInvariant, finding } from '../invariant.ts'

/**
 * A tail that was torn off leaves a shorter log without a gap, which is silent here by design: what
 * was not durable had no effect. A hole is only known to be one when a fact stands after it.
 */
export const tornTail = defineInvariant({
  id: 'R5',
  title: 'torn tail',
  sentence: 'A journal may end early, but it has no hole: no fact stands after a missing one.',
  clauses: {
    hole: 'Facts are missing in the middle of the log.',
    repeated: 'A fact stands twice in the log, or out of order.',
  },
  initial: () => ({ expected: 1, broken: false }),
  onFact(state, fact) {
    if (fact.seq === 0 || state.broken) return undefined
    const { expected } = state
    state.expected = fact.seq + 1
    if (fact.seq === expected) return undefined
    // One verdict is enough: after a damage the rest of the log proves nothing.
    state.broken = true
    if (fact.seq < expected) {
      return finding('repeated', `fact ${fact.seq} stands after fact ${expected - 1}`, expected - 1, fact.seq)
    }
    const missing = fact.seq - expected === 1 ? `fact ${expected} is` : `facts ${expected} to ${fact.seq - 1} are`
    return finding('hole', `${missing} missing although fact ${fact.seq} is there`, fact.seq)
  },
})
