import type { Fact } from '@bosun/core'
import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { DIFFERENT_STATES } from '../fixtures/two-tasks.fixture.ts'
import { scale, type Scaling } from './d04-scale.ts'

const taking = (ms: number) => log().run().task('a').begin('a').wait(ms).succeed('a').wait(1).completed().facts
const tripled = <C extends string>(cases: Readonly<Record<C, () => [readonly Fact[], readonly Fact[]]>>) =>
  Object.fromEntries(
    Object.entries<() => [readonly Fact[], readonly Fact[]]>(cases).map(([when, runs]) => [
      when,
      () => [...runs(), { factor: 3 }] as [readonly Fact[], readonly Fact[], Scaling],
    ]),
  )

describeCrossRun(scale)({
  holds: {
    'when all takes three times as long': () => [taking(10), taking(30), { factor: 3 }],
    'when rounding is allowed for': () => [taking(10), taking(31), { factor: 3, slackMs: 1 }],
  },
  breaks: {
    task: tripled(DIFFERENT_STATES.task),
    outcome: tripled(DIFFERENT_STATES.outcome),
    result: tripled(DIFFERENT_STATES.result),
    end: tripled(DIFFERENT_STATES.end),
    makespan: {
      'when something does not scale': () => [taking(10), taking(31), { factor: 3 }],
      'when nothing does': () => [taking(10), taking(10), { factor: 3 }],
    },
  },
})
