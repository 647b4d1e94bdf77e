import type { Fact, Strategy } from '@bosun/core'
import { measure } from '@bosun/invariants'
import { distributionOf, type Distribution } from './distribution.ts'
import { drawQueues } from './graph-shapes.ts'
import type { Seeds } from './measure-graphs.ts'
import { runGraph } from './run-graph.ts'

/** Few, so that tasks of all keys wait for long. */
const SLOTS = 2

/** How unevenly keys are served whose tasks all wait at the same time, one key's before the next one's. */
export function measureFairness(
  strategy: Strategy,
  { first, count }: Seeds,
  seen: (facts: readonly Fact[]) => void,
): Distribution {
  return distributionOf(
    Array.from({ length: count }, (_, index) => {
      const { facts } = runGraph(strategy, drawQueues(first + index), { slots: SLOTS })
      seen(facts)
      return measure(facts).fairnessGap
    }),
  )
}
