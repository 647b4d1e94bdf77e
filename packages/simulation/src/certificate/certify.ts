import type { Strategy } from '@bosun/core'
import { accountOf } from './account.ts'
import type { Certificate } from './certificate.ts'
import { distributionOf, type Distribution } from './distribution.ts'
import { measureFairness } from './measure-fairness.ts'
import { drawGraph } from './graph-shapes.ts'
import { GuaranteeJudge } from './guarantee-judge.ts'
import { measureFaults, measureMakespans, measureRegrets, type Seeds } from './measure-graphs.ts'
import { measureWorld } from './measure-world.ts'
import { PerTaskCounts } from './per-task-counts.ts'
import { runGraph } from './run-graph.ts'

export interface CertifyOptions {
  /** Where the seeds begin. Default 1. */
  readonly seed?: number
  /** Graphs per shape and number of slots. Default 20. */
  readonly graphs?: number
  /** Numbers of slots, P. Default 1, 2, 4 and 8. */
  readonly slots?: readonly number[]
  /** Schedules of the simulated world with all its faults. Default 200. */
  readonly schedules?: number
}

/** Slots of the runs whose budget is too small, and what each attempt of them reserves, in tokens. */
const BUDGET_SLOTS = 8
const SLICE = 10

/**
 * Measures a strategy against theory: how near it comes to the least possible time, what faults cost
 * it, how evenly it serves, and whether what it declares held. The same strategy, options and version
 * give the same certificate on every machine.
 *
 * @throws PLUGIN_INVALID for a strategy that the kernel refuses; whatever a policy throws
 * @example
 * const certificate = certify(composeStrategy({ name: 'mine', order: priority }))
 * console.log(certificateText(certificate))
 */
export function certify(strategy: Strategy, options: CertifyOptions = {}): Certificate {
  const seeds = { first: options.seed ?? 1, count: options.graphs ?? 20 }
  const slots = options.slots ?? [1, 2, 4, 8]
  const perTask = new PerTaskCounts()
  const judge = new GuaranteeJudge(strategy)
  const makespans = measureMakespans(strategy, slots, seeds, ({ facts }, account) => {
    perTask.add(account)
    judge.add(facts)
  })
  const fairnessGap = measureFairness(strategy, seeds, (facts) => judge.add(facts))
  return {
    version: 1,
    strategy: strategy.name,
    rule: `${strategy.order.name}/${strategy.placement.name}`,
    seeds,
    guarantees: judge.verdicts(),
    makespans,
    regrets: measureRegrets(strategy, seeds),
    faults: measureFaults(
      strategy,
      slots.filter((count) => count > 1),
      seeds,
    ),
    world: measureWorld(strategy, { first: seeds.first, count: options.schedules ?? 200 }),
    fairnessGap,
    overspend: measureOverspend(strategy, seeds),
    perTask: perTask.summary(),
    notJudged: NOT_JUDGED,
  }
}

// ---------------------------------------------------------------------------------------------

const NOT_JUDGED: Certificate['notJudged'] = [
  {
    what: 'makespan and regret with unlike slots, exclusions, caps per worker or budgets',
    why: 'The bounds hold for equal slots alone; with other resources their constants are different.',
  },
  {
    what: 'more workers, shorter tasks or fewer dependencies',
    why: 'Each can make a greedy schedule longer (R. L. Graham), so no strategy is held to the contrary.',
  },
]

/** Tokens spent beyond a budget for two thirds of the tasks, when each third attempt uses more than it reserved. */
function measureOverspend(strategy: Strategy, { first, count }: Seeds): Distribution {
  return distributionOf(
    Array.from({ length: count }, (_, index) => {
      const tasks = drawGraph('fan', first + index)
      const tokensMax = Math.round((tasks.length * SLICE * 2) / 3)
      const use = ({ durationMs }: { durationMs: number }) => (durationMs % 3 === 0 ? SLICE * 1.5 : SLICE * 0.8)
      const run = runGraph(strategy, tasks, { slots: BUDGET_SLOTS, budget: { tokensMax, slice: SLICE, use } })
      return accountOf(run).overspent / tokensMax
    }),
  )
}
