import { determinism } from '@bosun/invariants'
import type { Choices } from '../choices/choices.ts'
import type { Trace } from '../trace/trace.ts'
import type { Simulator } from '../world/simulator.ts'

/** A simulator that runs each schedule twice and holds the second run against the first (D1). */
export function judgedTwice(simulator: Simulator): Simulator {
  const trace = (choices: Choices): Trace => {
    const one = simulator.trace(choices)
    if (one.end.violation !== undefined || one.end.fault !== undefined) return one
    const found = determinism.judge(one, simulator.trace(choices))
    return found === undefined ? one : { ...one, end: { ...one.end, violation: { invariant: 'D1', ...found } } }
  }
  return { ...simulator, trace, run: (choices) => trace(choices).end }
}
