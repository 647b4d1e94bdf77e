import { describe, expect, it } from 'vitest'
import { delegate, finish, story, task } from '../kernel.fixture.ts'

const noRetry = { retry: { retriesMax: 0 } }

describe('each cause ends a run in a state of its own, with its code (X-01)', () => {
  it('completed, when every task succeeded', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({
      type: 'run.completed',
      result: 'done',
      waived: [],
      tally: { total: 1, succeeded: 1, unresolved: 0, refused: 0 },
    })
  })

  it('failed by TASKS_UNSUCCESSFUL, with the partial result and the missing named (M-52, M-54)', () => {
    const run = story(noRetry).plan('a', task('b', { dependsOn: ['a'] }), 'c')
    run.fail('a')
    run.succeed('c')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({
      type: 'run.failed',
      causeCode: 'TASKS_UNSUCCESSFUL',
      result: 'done',
      missing: ['a', 'b'],
      tally: { total: 3, succeeded: 1, failed: 1, skipped: 1, unresolved: 0 },
    })
  })

  it('failed by the code of a refusal that no limit made', () => {
    const run = story().plan('a')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(delegate(task('b', { type: 'fly' })))
    run.succeed('a')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'TASK_TYPE_UNHANDLED', missing: [] })
  })

  it('failed rather than exhausted, when a task failed by itself beside one that a limit kept back', () => {
    const run = story({ ...noRetry, limits: { tokensMax: 1 } }).plan('a', task('b', { limits: { tokensMax: 2 } }))
    run.fail('a')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'TASKS_UNSUCCESSFUL', missing: ['a', 'b'] })
  })

  it('exhausted, when only a limit kept tasks from being done', () => {
    const run = story({ limits: { tokensMax: 1 } }).plan(task('b', { limits: { tokensMax: 2 } }))
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: 'LIMIT_BUDGET', missing: ['b'] })
  })

  it('cancelled, by whom and why', () => {
    const run = story().plan('a')
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(run.end).toMatchObject({ type: 'run.cancelled', causeCode: 'TASK_CANCELLED', by: 'ada', reason: 'enough' })
  })

  it('failed by MANAGER_FAILED, when the manager gives up', () => {
    const run = story().plan('a')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer({ type: 'fail', reason: 'hopeless' })
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'MANAGER_FAILED', tally: { cancelled: 1 } })
  })
})

it('counts every task under exactly one outcome (M-55)', () => {
  const run = story(noRetry).plan('a', 'b', 'c', task('d', { dependsOn: ['b'] }), 'e')
  run.succeed('a')
  run.fail('b')
  run.lose('c')
  run.feed({ type: 'cancel', scope: { kind: 'task', task: 'e' }, by: 'ada', reason: 'x' })
  expect(run.kernel.view.tally).toEqual({
    total: 5,
    succeeded: 1,
    failed: 1,
    lost: 1,
    cancelled: 1,
    skipped: 1,
    unresolved: 0,
    refused: 0,
  })
})
