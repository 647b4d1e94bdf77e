import type { Fact } from '@bosun/core'
import { determinism, orderInsensitivity, type Finding, type WorldEvent } from '@bosun/invariants'
import type { Choices } from '../choices/choices.ts'
import { isWorldEvent, type Trace, type TraceEvent } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'

interface Pair {
  readonly first: (choices: Choices) => Choices
  readonly second: (choices: Choices) => Choices
  readonly judge: (one: Trace, two: Trace) => Finding | undefined
}

/** Invariants over two runs, and what these are made of. */
const PAIRS: Readonly<Record<string, Pair>> = {
  D1: { first: same, second: same, judge: (one, two) => determinism.judge(one, two) },
  // A fault strikes where it strikes: in another order that is elsewhere, which is no permutation.
  D2: {
    first: (choices) => ({ ...forwarded(choices), fault: () => false }),
    second: (choices) => ({ ...otherOrder(choices), fault: () => false }),
    judge: (one, two) => orderInsensitivity.judge(factsOf(one.events), factsOf(two.events)),
  },
}

/** A simulator that runs each schedule twice when one of these invariants is over two runs, else the same. */
export function judgedTwice(simulator: Simulator, invariants: readonly string[]): Simulator {
  const id = invariants.find((each) => each in PAIRS)
  const pair = id === undefined ? undefined : PAIRS[id]
  if (id === undefined || pair === undefined) return simulator
  const trace = (choices: Choices): Trace => {
    const one = simulator.trace(pair.first(choices))
    if (one.end.violation !== undefined || one.end.fault !== undefined) return one
    const found = pair.judge(one, simulator.trace(pair.second(choices)))
    return found === undefined ? one : { ...one, end: { ...one.end, violation: { invariant: id, ...found } } }
  }
  return { ...simulator, trace, run: (choices) => trace(choices).end }
}

function same(choices: Choices): Choices {
  return choices
}

function forwarded(choices: Choices): Choices {
  return {
    pick: (label, bound, a, b, c) => choices.pick(label, bound, a, b, c),
    chance: (label, probability, a, b, c) => choices.chance(label, probability, a, b, c),
    fault: (kind, a, b, c) => choices.fault(kind, a, b, c),
  }
}

/** The same choices, but what is due in the same ms happens in the opposite order. */
function otherOrder(choices: Choices): Choices {
  return {
    ...forwarded(choices),
    pick(label, bound, a, b, c) {
      const picked = choices.pick(label, bound, a, b, c)
      return label === 'order.next' ? bound - 1 - picked : picked
    },
  }
}

function factsOf(events: readonly TraceEvent[]): readonly Fact[] {
  return events.filter((event): event is Exclude<TraceEvent, WorldEvent> => !isWorldEvent(event))
}
