import { expect, it } from 'vitest'
import { effects, outstandingEffects } from '../effects.ts'
import { finish, story, task, worker, type Story } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'

const QUOTA = { code: 'MODEL_QUOTA_SPENT', message: 'acme says 429 until noon.' } as const

function refused(run: Story, id: string): void {
  run.feed({ type: 'error', ...run.attempt(id), error: QUOTA, usage: { tokens: 2, costMicros: 0 } })
}

const writers = (retriesMax = 0) =>
  story({ workers: [worker('writer', { model: 'fast' })], slots: 3, retry: { retriesMax, backoffMs: 0 } })

it('P13: a spent quota pauses the run once, with its reason, and costs no attempt a retry', () => {
  const run = writers().plan('a', 'b', 'c')
  for (const id of ['a', 'b', 'c']) refused(run, id)
  expect(run.of('run.paused')).toMatchObject([{ by: 'model provider', reason: QUOTA.message }])
  expect(run.of('task.retried')).toMatchObject([
    { task: 'a', counted: false, retry: 0 },
    { task: 'b', counted: false, retry: 0 },
    { task: 'c', counted: false, retry: 0 },
  ])
  expect(run.of('budget.settled').map(({ tokens }) => tokens)).toEqual([2, 2, 2])
  expect(run.running).toEqual([])
})

it('P13: goes on where it stood when it is resumed', () => {
  const run = writers().plan('a')
  refused(run, 'a')
  run.wait(3_600_000)
  run.feed({ type: 'resume', by: 'ada' })
  expect(run.running).toEqual(['a'])
  run.succeed('a')
  run.listen().answer(finish)
  expect(run.end).toMatchObject({ type: 'run.completed' })
})

it('P13: pauses again when the quota is still spent, until the epochs of the task are used up', () => {
  const run = writers().plan('a')
  let pauses = 0
  for (; run.status('a') !== 'failed' && pauses < 100; pauses += 1) {
    refused(run, 'a')
    expect(run.kernel.state.paused).toBe(true)
    run.feed({ type: 'resume', by: 'ada' })
  }
  expect(pauses).toBe(11)
  expect(run.of('task.failed')).toMatchObject([{ error: QUOTA }])
})

it('P13: a spent quota of a planner pauses the run as well, and the planner is asked again when it is resumed', () => {
  const run = story({ limits: { planTimeoutMs: 1_000 } })
  run.answer({ type: 'plan', request: 'p', goal: 'a goal' })
  run.feed({ type: 'planFailed', request: 'p', error: QUOTA })
  expect(run.of('run.paused')).toMatchObject([{ by: 'model provider', reason: QUOTA.message }])
  expect(run.of('plan.rejected')).toEqual([])
  // Nobody is asked meanwhile, so that no time of the planner is used, and a manager that comes later asks nobody.
  run.wait(3_600_000)
  expect(outstandingEffects(foldKernel(run.kernel.strategy, run.facts).state)).toEqual([])
  const asked = { type: 'plan', request: 'p', goal: 'a goal' }
  expect(run.feed({ type: 'resume', by: 'ada' }).flatMap((fact) => effects(fact))).toEqual([asked])
  expect(outstandingEffects(foldKernel(run.kernel.strategy, run.facts).state)).toEqual([asked])
  run.wait(999)
  run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })
  run.answer({ type: 'delegate', tasks: [task('a')], plan: 'p' })
  run.succeed('a')
  run.listen().answer(finish)
  expect(run.end).toMatchObject({ type: 'run.completed' })
  expect(run.heard.filter(({ type }) => type === 'planFailed')).toEqual([])
})
