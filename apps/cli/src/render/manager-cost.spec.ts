import { expect, it } from 'vitest'
import { FactLog, planetSite } from '../fact-log.fixture.ts'
import { bottleneckWarning, ManagerCostFold, managerCostLine } from './manager-cost.ts'

function costOf(log: FactLog) {
  const fold = new ManagerCostFold()
  for (const fact of log.facts) fold.take(fact)
  return fold.cost()
}

/** A run that is planned for `planMs`, whose manager then takes `ms` for each of its messages. */
function planned(planMs: number, ms: number): FactLog {
  const log = new FactLog().started()
  const decided = (message: number, ...decisions: readonly object[]) =>
    log.add('manager.decided', { message, decisions: decisions as never })
  log.add('message.delivered', { kind: 'goal', ref: 1, ms })
  decided(2, { type: 'plan', request: 'p', goal: null })
  log.after(planMs).add('planner.called', {
    request: 'p',
    model: 'a:b',
    inputTokens: 1,
    outputTokens: 1,
    costMicros: 0,
    ms: planMs,
  })
  log.add('plan.received', { request: 'p', tasks: [] }).add('message.delivered', { kind: 'plan', ref: 4, ms: 2 * ms })
  decided(6, { type: 'delegate', tasks: [], plan: 'p' })
  return log.task('a').task('b').task('a~2').add('message.delivered', { kind: 'settled', ref: 0 })
}

it('M-47: counts decisions, the time in the program and in planner calls, and both per delegated task', () => {
  const cost = costOf(planned(3_000, 10))
  expect(cost).toEqual({
    messages: 3,
    decisions: 2,
    programMs: 30,
    programMsMax: 20,
    plans: 1,
    planMs: 3_000,
    planMsMax: 3_000,
    modelCalls: 1,
    delegated: 2,
    msPerTask: 1_515,
    msPerTaskMax: 5_000,
  })
  expect(managerCostLine(cost)).toEqual([
    '2 decisions in 30 ms (20 ms at most), 1 plan in 3.0 s, 1 model call, 1.5 s per task',
  ])
  expect(bottleneckWarning(cost)).toBeUndefined()
  expect(managerCostLine(costOf(new FactLog().started()))).toEqual([])
})

it('M-47: a manager whose time per task is beyond the threshold is named as the bottleneck', () => {
  expect(bottleneckWarning(costOf(planned(10_000, 0)))).toBeUndefined()
  const slow = planned(10_002, 0)
  expect(bottleneckWarning(costOf(slow))).toMatch(/^the manager is the bottleneck: .* 5\.0 s per delegated task/)
  slow.add('limits.changed', { limits: { managerMsPerTaskMax: 6_000 }, by: 'ada' })
  expect(bottleneckWarning(costOf(slow))).toBeUndefined()
})

it('M-47: does not count the time in which nobody managed the run', () => {
  const log = new FactLog().started().add('message.delivered', { kind: 'goal', ref: 1 })
  log.add('manager.decided', { message: 2, decisions: [{ type: 'plan', request: 'p', goal: null }] }).after(60_000)
  log.add('manager.recovered', { managerEpoch: 2, owner: 'pid 2' }).after(1_000)
  log.add('plan.rejected', { plan: 'p', error: { code: 'PLANNER_FAILED', message: 'no' } })
  expect(costOf(log)).toMatchObject({ plans: 1, planMs: 1_000 })
})

it('knows nothing of managers that no fact tells of', () => {
  expect(costOf(planetSite())).toMatchObject({ messages: 0, decisions: 0, delegated: 3, msPerTask: 0 })
})

it('M-47: leaves out the time in which a planner waits for quota', () => {
  const log = new FactLog().started().add('message.delivered', { kind: 'goal', ref: 1, ms: 1 })
  const error = { code: 'MODEL_QUOTA_SPENT', message: 'until noon' } as const
  log.add('manager.decided', { message: 2, decisions: [{ type: 'plan', request: 'p', goal: null }] })
  log.after(10).add('plan.deferred', { plan: 'p', error }).add('run.paused', { by: 'model provider', reason: 'noon' })
  log.after(3_600_000).add('run.resumed', { by: 'ada' }).add('plan.requested', { plan: 'p', goal: null })
  log.after(20).add('plan.received', { request: 'p', tasks: [] })
  expect(costOf(log)).toMatchObject({ plans: 1, planMs: 20 })
})
