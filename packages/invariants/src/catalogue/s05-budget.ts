import type { FactOf, Usage } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger } from '../ledger/ledger.ts'

interface Reservation {
  readonly seq: number
  tokens: number
  costMicros: number
}

interface Called extends Usage {
  readonly seq: number
  readonly task: string
  readonly epoch: number
}

interface Budget {
  spent: Usage
  held: Usage
  /** Open reservations by `task@epoch`. */
  readonly open: Map<string, Reservation>
  /** What model calls of live attempts came to, by `task@epoch`. */
  readonly called: Map<string, Called>
  /** Slices that assignments of the input at hand promised and no reservation backs yet. */
  readonly promised: Map<string, { seq: number; slice: Usage }>
  /** The first slice that its input did not reserve; held against the log once that has budget facts. */
  unbacked: Finding<'reserve'> | undefined
  /** Whether the log has budget facts at all; one without them cannot be judged. */
  kept: boolean
}

const none: Usage = { tokens: 0, costMicros: 0 }

/**
 * What a call really used may exceed its slice (the provider's count is the truth), so spending is
 * not judged by itself; what is judged is that nothing more is granted from then on.
 */
export const budget = defineInvariant({
  id: 'S5',
  title: 'budget',
  sentence: 'What is spent and what is reserved never exceed the budget when something more is reserved.',
  clauses: {
    exceeded: 'A reservation was made that the rest of the budget does not cover.',
    reserve: 'An attempt got a slice of the budget that was not reserved.',
    settle: 'Something was settled that was not reserved, or was settled already.',
    open: 'The run ended while a reservation was still open.',
    negative: 'An amount is negative.',
    sliceless: 'An attempt that may ask a model got no slice of the budget.',
    dropped: 'An attempt was settled at less than its model calls came to.',
  },
  watches: [
    'task.assigned',
    'model.called',
    'planner.called',
    'budget.reserved',
    'budget.settled',
    'run.completed',
    'run.failed',
    'run.exhausted',
    'run.cancelled',
  ],
  needs: ['run.started', ['budget.reserved', 'budget.settled']],
  initial: (): Budget => ({
    spent: none,
    held: none,
    open: new Map(),
    called: new Map(),
    promised: new Map(),
    unbacked: undefined,
    kept: false,
  }),
  onFact(state, fact, ledger) {
    if (fact.type === 'task.assigned') {
      const sliceless = withoutSlice(fact, ledger)
      if (sliceless !== undefined || fact.slice === undefined) return sliceless
      const key = `${fact.task}@${fact.epoch}`
      if (!covers(state.open.get(key), fact.slice)) state.promised.set(key, { seq: fact.seq, slice: fact.slice })
      return undefined
    }
    if (fact.type === 'planner.called') {
      state.spent = sum(state.spent, usageOf(fact))
      return undefined
    }
    if (fact.type === 'model.called') {
      const { task, epoch, seq } = fact
      const key = `${task}@${epoch}`
      // A call that is told of after the end of its attempt came too late to be settled.
      if (ledger.task(task)?.lease?.epoch === epoch) {
        state.called.set(key, { task, epoch, seq, ...sum(state.called.get(key) ?? none, usageOf(fact)) })
      }
      return undefined
    }
    if (fact.type !== 'budget.reserved' && fact.type !== 'budget.settled') {
      const [first] = state.open
      if (first === undefined) return undefined
      const sentence = `the run ended while the budget reserved for ${first[0]} was not settled`
      return finding('open', sentence, first[1].seq, fact.seq)
    }
    state.kept = true
    const key = `${fact.task}@${fact.epoch}`
    if (fact.tokens < 0 || fact.costMicros < 0) {
      return finding('negative', `${fact.type} of ${key} has a negative amount`, fact.seq)
    }
    const before = state.open.get(key)
    if (fact.type === 'budget.settled') {
      state.spent = sum(state.spent, fact)
      const dropped = droppedFrom(state, key, fact)
      if (dropped !== undefined) return dropped
      if (before === undefined) {
        if (fact.tokens === 0 && fact.costMicros === 0) return undefined
        return finding('settle', `usage of ${key} was settled although nothing was reserved for it`, fact.seq)
      }
      state.open.delete(key)
      state.held = sum(state.held, before, -1)
      return undefined
    }
    state.held = sum(state.held, fact)
    if (before === undefined) state.open.set(key, { seq: fact.seq, ...sum(none, fact) })
    else {
      before.tokens += fact.tokens
      before.costMicros += fact.costMicros
    }
    const promise = state.promised.get(key)
    if (promise !== undefined && covers(state.open.get(key), promise.slice)) state.promised.delete(key)
    const { limits } = ledger
    if (limits === undefined) return undefined
    const total = sum(state.spent, state.held)
    // A reservation of nothing is harmless even when calls have overrun the budget.
    const overTokens = fact.tokens > 0 && total.tokens > limits.tokensMax
    const overCost = fact.costMicros > 0 && total.costMicros > limits.costMicrosMax
    if (!overTokens && !overCost) return undefined
    const [what, used, most] = overTokens
      ? (['tokens', total.tokens, limits.tokensMax] as const)
      : (['millionths of cost', total.costMicros, limits.costMicrosMax] as const)
    const sentence = `the reservation for ${key} brings spent and reserved to ${used} ${what}; the run allows ${most}`
    return finding('exceeded', sentence, fact.seq)
  },
  atQuiescence(state, ledger) {
    const unsettled = state.kept && state.called.size > 0 ? unsettledCall(state, ledger) : undefined
    if (unsettled !== undefined) return unsettled
    if (state.promised.size === 0) return undefined
    const [first] = state.promised
    state.promised.clear()
    if (first === undefined) return undefined
    const found = finding('reserve', `${first[0]} got a slice of the budget that was not reserved`, first[1].seq)
    if (state.kept) return found
    state.unbacked ??= found
    return undefined
  },
  atEnd: (state) => (state.kept ? state.unbacked : undefined),
})

// ---------------------------------------------------------------------------------------------

/** A log from before there were defaults says nothing of what an attempt was to get. */
function withoutSlice(fact: FactOf<'task.assigned'>, ledger: Ledger): Finding<'sliceless'> | undefined {
  const byDefault: number | undefined = ledger.limits?.attemptTokensMax
  if (ledger.workers.get(fact.worker)?.entry.model === undefined || byDefault === undefined) return undefined
  const isEmpty =
    fact.slice?.tokens === 0 && byDefault > 0 && ledger.task(fact.task)?.spec.limits?.tokensMax === undefined
  if (fact.slice !== undefined && !isEmpty) return undefined
  const what = isEmpty ? 'a slice of no tokens' : 'no slice of the budget'
  return finding('sliceless', `${fact.task} was assigned to ${fact.worker}, which has a model, with ${what}`, fact.seq)
}

function droppedFrom(state: Budget, key: string, fact: FactOf<'budget.settled'>): Finding<'dropped'> | undefined {
  const called = state.called.get(key)
  state.called.delete(key)
  if (called === undefined || covers(fact, called)) return undefined
  const sentence = `${key} was settled at ${fact.tokens} tokens, but its model calls came to ${called.tokens}`
  return finding('dropped', sentence, called.seq, fact.seq)
}

/** Calls of an attempt that has ended, and of which its input settled nothing. */
function unsettledCall(state: Budget, ledger: Ledger): Finding<'dropped'> | undefined {
  for (const [key, { task, epoch, seq }] of state.called) {
    const entry = ledger.task(task)
    if (entry?.lease?.epoch === epoch) continue
    state.called.delete(key)
    return finding('dropped', `${key} ended, and nothing was settled for its model calls`, seq, entry?.lastEndSeq ?? 0)
  }
  return undefined
}

function usageOf(call: FactOf<'model.called' | 'planner.called'>): Usage {
  return { tokens: call.inputTokens + call.outputTokens, costMicros: call.costMicros }
}

function covers(reservation: Usage | undefined, slice: Usage): boolean {
  const held = reservation ?? none
  return held.tokens >= slice.tokens && held.costMicros >= slice.costMicros
}

function sum(a: Usage, b: Usage, sign: 1 | -1 = 1): Usage {
  return { tokens: a.tokens + sign * b.tokens, costMicros: a.costMicros + sign * b.costMicros }
}
