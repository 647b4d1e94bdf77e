import type { Strategy } from '@bosun/core'
import { BUILT_IN_STRATEGIES, composeStrategy, leastLoaded, priority } from '@bosun/kernel'
import { beforeAll, describe, expect, it } from 'vitest'
import { RandomChoices } from '../choices/random-choices.ts'
import { FAULT_KINDS } from '../faults/fault-catalogue.ts'
import { Reach, reachReport, type ReachReport } from '../search/reach.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

const SCHEDULES_PER_STRATEGY = 2_500
const STRATEGIES: readonly Strategy[] = [
  ...BUILT_IN_STRATEGIES,
  composeStrategy({ name: 'spread', order: priority, placement: leastLoaded }),
  composeStrategy({ name: 'bound', dispatch: { ahead: 3, steal: false } }),
]

/** What so many schedules have to meet, or they prove less than it seems. */
const FACTS = [
  'approval.applied',
  'approval.given',
  'approval.requested',
  'manager.asked',
  'attempt.lost by beat',
  'attempt.lost by drain',
  'attempt.lost by host',
  'attempt.lost by progress',
  'attempt.lost by restart',
  'attempt.lost by timeout',
  'limit.reached',
  'manager.refused',
  'model.called',
  'plan.deferred',
  'plan.rejected',
  'plan.requested',
  'planner.called',
  'result.adopted',
  'result.handed',
  'result.quarantined of discovered',
  'result.quarantined of emitted',
  'result.quarantined of error',
  'result.quarantined of result',
  'run.cancelled',
  'run.completed',
  'run.exhausted',
  'run.failed',
  'run.reopened',
  'spawn.refused by LIMIT_DEPTH',
  'spawn.refused by LIMIT_FAN_OUT',
  'spawn.refused by LIMIT_TASKS',
  'spawn.refused by TASK_CANCELLED',
  'spawn.refused by TASK_CYCLE',
  'spawn.refused by TASK_DEPENDENCY_UNKNOWN',
  'spawn.refused by TASK_ID_CONFLICT',
  'task.amended',
  'task.cancelled',
  'task.hedged',
  'task.lost',
  'task.placed',
  'task.skipped',
  'tool.called',
  'tool.denied',
  'violation.recorded',
  'waiver.given',
  'worker.left',
]

describe(`${SCHEDULES_PER_STRATEGY} random schedules with faults (P16) under each of ${STRATEGIES.length} strategies`, () => {
  const wrong = new Map<string, object[]>()
  let met: ReachReport

  beforeAll(() => {
    const reach = new Reach()
    for (const [index, strategy] of STRATEGIES.entries()) {
      const from = 1 + index * SCHEDULES_PER_STRATEGY
      wrong.set(strategy.name, runAll(strategy, from, reach))
    }
    met = reachReport([reach.data()])
  }, 120_000)

  it.each(STRATEGIES.map(({ name }) => name))(
    'break no invariant, end every run, and fold to the state that is live: %s (P6, P11, R2, S1 to S21, L1 to L8)',
    (name) => {
      expect(wrong.get(name)).toEqual([])
    },
  )

  it.each(FAULT_KINDS)('were struck by %s', (kind) => {
    expect(met.faults[kind]).toBeGreaterThan(0)
  })

  it.each(FACTS)('met %s', (kind) => {
    expect(met.facts[kind]).toBeGreaterThan(0)
  })
})

/** Runs the schedules of one strategy; returns those that failed or did not end. */
function runAll(strategy: Strategy, from: number, reach: Reach): object[] {
  const simulator = createSimulator(settingOf({ kind: 'strategy', strategy }))
  const choices = new RandomChoices()
  const wrong: object[] = []
  for (let seed = from; seed < from + SCHEDULES_PER_STRATEGY; seed += 1) {
    const trace = simulator.trace(choices.seeded(seed))
    const { violation, fault, ended } = trace.end
    if (violation !== undefined || fault !== undefined || ended === undefined) wrong.push({ seed, violation, fault })
    reach.add(trace)
  }
  return wrong
}
