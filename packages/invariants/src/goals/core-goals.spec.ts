import { describe, expect, it } from 'vitest'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { coreGoals, GOALS_LEFT_OUT } from './core-goals.ts'
import { createGoalWatch } from './goal-watch.ts'

const one = () => log().run().task('a')
const pair = () => one().task('b')
const part = { task: 'a', epoch: 1, value: 'part' }
const late = {
  task: 'a',
  epoch: 1,
  kind: 'result',
  value: null,
  error: { code: 'ATTEMPT_DEAD', message: 'late' },
} as const
const work = (story: LogBuilder) =>
  story.begin('a').event({ type: 'world.working', slot: 'worker/1', task: 'a', epoch: 1 })
const rest = (story: LogBuilder) =>
  story.event({ type: 'world.rested', slot: 'worker/1', task: 'a', epoch: 1, how: 'died' })
const recover = (story: LogBuilder) => story.fact('manager.recovered', { managerEpoch: 2, owner: 'next' })
const strike = (kind: string) => one().event({ type: 'world.fault', kind, on: 'world' })
const beat = (story: LogBuilder, ms: number) => story.begin('a').wait(ms).beat('a')
const reserve = (tokens: number) =>
  log()
    .run({ limits: { tokensMax: 10 } })
    .task('a')
    .assign('a')
    .same()
    .fact('budget.reserved', { task: 'a', epoch: 1, tokens, costMicros: 0 })

const asking = () =>
  log()
    .run({ limits: { attemptTokensMax: 10 } })
    .task('a')
const quota = (story: LogBuilder) =>
  story.fact('attempt.failed', { task: 'a', epoch: 1, error: { code: 'MODEL_QUOTA_SPENT', message: '429' } })

/** For each goal a log that reaches it, and one that comes close. */
const LOGS: Readonly<Record<string, { readonly hit: () => LogBuilder; readonly miss: () => LogBuilder }>> = {
  'lease-expired-at-work': {
    hit: () => work(one()).wait(15_000).lose('a'),
    miss: () => rest(work(one())).wait(15_000).lose('a'),
  },
  'late-result-refused': {
    hit: () => one().begin('a').lose('a', 'host').fact('result.quarantined', late),
    miss: () => one().done('a').fact('result.quarantined', late),
  },
  'late-result-at-expiry': {
    hit: () => one().begin('a').wait(15_000).lose('a').fact('result.quarantined', late),
    miss: () => one().begin('a').wait(15_000).lose('a').wait(1).fact('result.quarantined', late),
  },
  'duplicate-result-refused': {
    hit: () => one().done('a').fact('result.quarantined', late),
    miss: () => one().begin('a').lose('a', 'host').fact('result.quarantined', late),
  },
  'late-result-adopted': {
    hit: () => {
      const story = one().begin('a').lose('a', 'host').fact('result.quarantined', late)
      const adopted = { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' }
      return story.fact('result.adopted', adopted).same().fact('task.succeeded', { task: 'a', epoch: 1 })
    },
    miss: () => one().begin('a').lose('a', 'host').fact('result.quarantined', late).wait(200).done('a'),
  },
  'late-result-adopted-after-end': {
    hit: () => {
      const story = one().begin('a').lose('a', 'host').outcome('a', 'lost').fact('result.quarantined', late)
      const adopted = { task: 'a~2', predecessor: 'a', epoch: 1, quarantined: story.seq, by: 'ada' }
      return story.task('a~2').fact('result.adopted', adopted)
    },
    miss: () => {
      const story = one().begin('a').lose('a', 'host').fact('result.quarantined', late)
      return story.fact('result.adopted', { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' })
    },
  },
  'successor-succeeded': {
    hit: () => one().begin('a').outcome('a', 'failed').task('a~2').done('a~2'),
    miss: () => one().begin('a').outcome('a', 'failed').task('a~2').begin('a~2'),
  },
  'retry-succeeded': {
    hit: () => one().begin('a').fail('a').wait(200).done('a'),
    miss: () => one().begin('a').drain('a').done('a'),
  },
  'retries-exhausted': {
    hit: () => one().begin('a').fail('a').wait(200).begin('a').fail('a').wait(200).begin('a').fail('a'),
    miss: () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('a')
        .begin('a')
        .fail('a'),
  },
  'slow-worker-overtaken': {
    hit: () => pair().begin('a').wait(1).done('b'),
    miss: () => pair().begin('a').done('b'),
  },
  'skewed-beat-near-deadline': {
    hit: () => beat(strike('clock-skew'), 12_000),
    miss: () => beat(strike('clock-skew'), 11_999),
  },
  'parts-then-failure': {
    hit: () => one().begin('a').fact('attempt.emitted', part).fail('a'),
    miss: () => one().begin('a').fact('attempt.emitted', part).fact('attempt.beat', { task: 'a', epoch: 1 }),
  },
  'discovery-then-failure': {
    hit: () => one().begin('a').task('b', {}, { parent: 'a' }).lose('a', 'host').outcome('a', 'lost'),
    miss: () => one().begin('a').task('b').lose('a', 'host').outcome('a', 'lost'),
  },
  'cancelled-in-queue': { hit: () => one().cancelTask('a'), miss: () => one().begin('a').cancelTask('a') },
  'cancelled-with-lease': { hit: () => one().begin('a').cancelTask('a'), miss: () => one().cancelTask('a') },
  'cancelled-between-parts': {
    hit: () => one().begin('a').fact('attempt.emitted', part).cancelTask('a'),
    miss: () => one().begin('a').cancelTask('a'),
  },
  'cancelled-in-backoff': {
    hit: () => one().begin('a').fail('a').wait(199).cancelTask('a'),
    miss: () => one().begin('a').fail('a').wait(200).cancelTask('a'),
  },
  'cancelled-before-result': {
    hit: () => one().begin('a').cancelTask('a').fact('result.quarantined', late),
    miss: () => one().done('a').fact('result.quarantined', late),
  },
  'crash-while-waiting': {
    hit: () => recover(one().task('b', { dependsOn: ['a'] })),
    miss: () => recover(one()),
  },
  'crash-while-ready': { hit: () => recover(one()), miss: () => recover(one().begin('a')) },
  'crash-while-placed': {
    hit: () => recover(one().place('a', 'worker/1')),
    miss: () => recover(one().place('a', 'worker/1').begin('a')),
  },
  'steal-succeeded': {
    hit: () =>
      pair().begin('b', { slot: 'worker/1' }).place('a', 'worker/1').steal('a', 'worker/2').start('a').succeed('a'),
    miss: () => pair().begin('b', { slot: 'worker/1' }).place('a', 'worker/1').succeed('b').done('a'),
  },
  'steal-races-completion': {
    hit: () => pair().begin('b', { slot: 'worker/1' }).place('a', 'worker/1').steal('a', 'worker/2').succeed('b'),
    miss: () =>
      pair().begin('b', { slot: 'worker/1' }).place('a', 'worker/1').steal('a', 'worker/2').wait(1).succeed('b'),
  },
  'placed-task-given-back': {
    hit: () => one().place('a', 'worker/1').leave('worker/1').begin('a'),
    miss: () => one().place('a', 'worker/1').begin('a'),
  },
  'crash-while-assigned': { hit: () => recover(one().begin('a')), miss: () => recover(one().done('a')) },
  'crash-while-publishing': {
    hit: () => recover(one().begin('a').succeed('a', ['x'])),
    miss: () => recover(one().begin('a').succeed('a', ['x']).publish('a')),
  },
  'crash-while-retrying': { hit: () => recover(one().begin('a').fail('a')), miss: () => recover(one().begin('a')) },
  'crash-before-send': {
    hit: () => recover(one().assign('a').stored()),
    miss: () =>
      recover(
        one().assign('a').stored().event({ type: 'world.sent', effect: 'assign', seq: 6, managerEpoch: 1, task: 'a' }),
      ),
  },
  'resumed-with-live-leases': { hit: () => recover(one().begin('a')), miss: () => recover(one().done('a')) },
  'managers-overlapped': { hit: () => strike('two-managers'), miss: () => strike('manager-crash') },
  'store-refused': { hit: () => strike('store-refused'), miss: () => strike('store-slow') },
  'tail-torn': { hit: () => strike('tail-torn'), miss: () => strike('store-refused') },
  'cap-saturated': {
    hit: () =>
      log()
        .run({ limits: { slotsMax: 1 } })
        .task('a')
        .task('b')
        .begin('a'),
    miss: () =>
      log()
        .run({ limits: { slotsMax: 1 } })
        .task('a')
        .begin('a'),
  },
  'budget-used-to-the-last': { hit: () => reserve(10), miss: () => reserve(9) },
  'rest-of-the-budget-given': {
    hit: () => asking().assign('a', { slice: { tokens: 9, costMicros: 0 } }),
    miss: () => asking().assign('a', { slice: { tokens: 10, costMicros: 0 } }),
  },
  'budget-ends-a-run-with-successes': {
    hit: () =>
      pair()
        .done('a')
        .fact('limit.reached', { error: { code: 'LIMIT_BUDGET', message: 'spent' } }),
    miss: () => pair().fact('limit.reached', { error: { code: 'LIMIT_BUDGET', message: 'spent' } }),
  },
  'quota-spent-and-back': {
    hit: () => quota(one().begin('a')).retry('a', false).succeed('a'),
    miss: () => quota(pair().begin('a')).done('b'),
  },
  'quota-spent-while-paused': {
    hit: () => quota(one().begin('a').fact('run.paused', { by: 'model provider', reason: '429' })),
    miss: () => quota(one().begin('a')),
  },
  'model-call-told-of-late': {
    hit: () => one().begin('a').lose('a', 'host').call('a', 1),
    miss: () => one().begin('a').call('a', 1),
  },
  'lost-at-work-on-a-model': {
    hit: () => one().begin('a').call('a', 1).lose('a', 'host'),
    miss: () => one().begin('a').call('a', 1).fail('a'),
  },
  'all-slots-gone-and-one-back': {
    hit: () =>
      log()
        .run({ slots: ['worker/1'] })
        .leave('worker/1')
        .join('worker/1'),
    miss: () => log().run().leave('worker/1').join('worker/1'),
  },
  'slot-name-used-again': {
    hit: () => log().run().leave('worker/1').join('worker/1'),
    miss: () => log().run().leave('worker/1').join('worker/4'),
  },
  'priority-overtakes': {
    hit: () => one().task('b', { priority: 1 }).begin('b'),
    miss: () => one().task('b').begin('b'),
  },
  'nothing-to-do-yet': {
    hit: () => one().begin('a').fail('a').wait(200).begin('a'),
    miss: () => pair().begin('a').fail('a').begin('b'),
  },
  'fan-in-with-failure': {
    hit: () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('a')
        .task('b')
        .task('c', { dependsOn: ['a', 'b'] })
        .done('a')
        .begin('b')
        .fail('b'),
    miss: () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('b')
        .task('c', { dependsOn: ['b'] })
        .begin('b')
        .fail('b'),
  },
  'graph-of-width-one': {
    hit: () =>
      one()
        .task('b', { dependsOn: ['a'] })
        .done('a')
        .done('b')
        .completed(),
    miss: () => pair().done('a').done('b').completed(),
  },
  'graph-of-depth-one': {
    hit: () => pair().done('a').done('b').completed(),
    miss: () =>
      one()
        .task('b', { dependsOn: ['a'] })
        .done('a')
        .done('b')
        .completed(),
  },
}

function reached({ facts, world }: LogBuilder, watch = createGoalWatch()): ReadonlySet<string> {
  const events = [...world]
  for (let index = 0; index <= facts.length; index += 1) {
    while (events[0]?.after === index) watch.observe((events.shift() as (typeof events)[number]).event)
    const fact = facts[index]
    if (fact !== undefined) watch.feed(fact)
  }
  return watch.reached
}

describe('the core goals', () => {
  it('are as many as there are logs to show them by, with ids of their own', () => {
    const ids = coreGoals.map(({ id }) => id)
    expect(Object.keys(LOGS)).toEqual(expect.arrayContaining(ids))
    expect(new Set([...ids, ...Object.keys(GOALS_LEFT_OUT)]).size).toBe(ids.length + Object.keys(GOALS_LEFT_OUT).length)
  })

  it.each(coreGoals)('$id: $sentence', ({ id }) => {
    const { hit, miss } = LOGS[id] as (typeof LOGS)[string]
    expect(reached(hit())).toContain(id)
    expect(reached(miss())).not.toContain(id)
  })
})

describe('a goal watch', () => {
  it('keeps what was reached when the log is forgotten, and nothing else of it', () => {
    const watch = createGoalWatch()
    reached(one().begin('a').fail('a').wait(200), watch)
    watch.reset()
    reached(one().done('a'), watch)
    expect(watch.reached).not.toContain('retry-succeeded')
    watch.reset()
    reached(one().begin('a').fail('a').wait(200).done('a'), watch)
    watch.reset()
    expect(watch.reached).toContain('retry-succeeded')
    expect(watch.open.map(({ id }) => id)).not.toContain('retry-succeeded')
  })

  it('forgets facts that were not stored when their numbers come again', () => {
    const watch = createGoalWatch(coreGoals.filter(({ id }) => id === 'cancelled-in-queue' || id === 'retry-succeeded'))
    const { facts } = one().begin('a').fail('a').wait(200).begin('a')
    for (const fact of facts) watch.feed(fact)
    // All that follows the task was lost with its manager: it has no retry behind it any more.
    for (const fact of one().done('a').facts.slice(5)) watch.feed(fact)
    expect([...watch.reached]).toEqual([])
  })
})
