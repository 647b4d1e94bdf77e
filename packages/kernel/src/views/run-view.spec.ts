import { isOutcome, OUTCOMES, type Decision } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { delegate, story, task } from '../kernel.fixture.ts'

it('shows a run at any time: state, counts, owner and attempt of each task (T-14, T-18)', () => {
  const run = story({ slots: 1 }).plan(task('a', { group: 'g' }), task('b', { group: 'g' }), 'c')
  run.succeed('a', 1)
  const { view } = run.kernel
  expect(Array.from(view.tasks(), ({ spec, status, owner }) => [spec.id, status, owner])).toEqual([
    ['a', 'succeeded', undefined],
    ['b', 'assigned', 'worker/1'],
    ['c', 'ready', undefined],
  ])
  expect(Array.from(view.group('g'), ({ spec }) => spec.id)).toEqual(['a', 'b'])
  expect(view.tally).toMatchObject({ total: 3, succeeded: 1, unresolved: 2 })
  expect(view).toMatchObject({ run: 'r', goal: 'goal', paused: false, at: run.at })
  expect(view.workers.map(({ name }) => name)).toEqual(['worker'])
  expect(view.task('ghost')).toBeUndefined()
})

it('lets nothing be changed through it (T-12)', () => {
  const run = story().plan(task('a', { body: { deep: [1] }, dependsOn: [] }))
  const { view } = run.kernel
  const seen = view.task('a') as unknown as { status: string; spec: { dependsOn: string[]; body: { deep: number[] } } }
  expect(() => (seen.status = 'succeeded')).toThrow(TypeError)
  expect(() => seen.spec.dependsOn.push('b')).toThrow(TypeError)
  expect(() => seen.spec.body.deep.push(2)).toThrow(TypeError)
  expect(() => ((view.config.limits as { slotsMax: number }).slotsMax = 99)).toThrow(TypeError)
  expect(() => ((view as { paused: boolean }).paused = true)).toThrow(TypeError)
})

it('does not change what was read from it before', () => {
  const run = story().plan('a')
  const before = run.kernel.view.task('a')
  run.succeed('a')
  expect(before?.status).toBe('assigned')
})

const opened = (name: string, kind: string): Decision => ({
  type: 'group',
  group: { name, kind, title: `The ${kind}` },
})

describe('M-14: the levels of a plan', () => {
  it('are read from the view, each with its parent and how it stands', () => {
    const run = story({ slots: 1 })
    run.answer(
      opened('pay', 'requirement'),
      opened('pay/q3', 'roadmap'),
      opened('pay/q3/cart', 'action plan'),
      opened('pay/q3/cart/model', 'block'),
      opened('later', 'requirement'),
      delegate(
        task('a', { group: 'pay/q3/cart/model' }),
        task('b', { group: 'pay/q3' }),
        task('c', { group: 'later' }),
      ),
    )
    const { view } = run.kernel
    const told = () =>
      Array.from(view.groups(), ({ name, status, tally }) => [name, status, tally.succeeded, tally.total])
    expect(Array.from(view.groups(), ({ name, parent, spec }) => [name, parent, spec?.kind, spec?.title])).toEqual([
      ['pay', undefined, 'requirement', 'The requirement'],
      ['pay/q3', 'pay', 'roadmap', 'The roadmap'],
      ['pay/q3/cart', 'pay/q3', 'action plan', 'The action plan'],
      ['pay/q3/cart/model', 'pay/q3/cart', 'block', 'The block'],
      ['later', undefined, 'requirement', 'The requirement'],
    ])
    run.succeed('a')
    expect(told()).toEqual([
      ['pay', 'running', 1, 2],
      ['pay/q3', 'running', 1, 2],
      ['pay/q3/cart', 'succeeded', 1, 1],
      ['pay/q3/cart/model', 'succeeded', 1, 1],
      ['later', 'waiting', 0, 1],
    ])
    run.fail('b', 'TASK_BODY_INVALID')
    run.succeed('c')
    expect(told().map(([name, status]) => [name, status])).toEqual([
      ['pay', 'failed'],
      ['pay/q3', 'failed'],
      ['pay/q3/cart', 'succeeded'],
      ['pay/q3/cart/model', 'succeeded'],
      ['later', 'succeeded'],
    ])
    run.feed({ type: 'waive', tasks: ['b'], by: 'ada', reason: 'not needed' })
    expect(told()[0]).toEqual(['pay', 'succeeded', 1, 2])
    expect(() => ((Array.from(view.groups())[0] as { name: string }).name = 'mine')).toThrow(TypeError)
  })

  it('are counted as their tasks are, however often one was tried again', () => {
    const run = story({ retry: { retriesMax: 0 }, slots: 3 }).plan(
      task('a', { group: 'g' }),
      task('b', { group: 'g/h' }),
      task('c', { group: 'g/h', dependsOn: ['b'] }),
      task('d'),
    )
    const check = () => {
      for (const { name, tally, live } of run.kernel.view.groups()) {
        const within = run.kernel.state.tasks.filter(
          ({ spec, superseded }) => !superseded && (spec.group === name || spec.group?.startsWith(`${name}/`)),
        )
        const count = (status: string) => within.filter((one) => one.status === status).length
        expect({ name, ...tally, live }).toEqual({
          name,
          total: within.length,
          ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])),
          unresolved: within.filter(({ status }) => !isOutcome(status)).length,
          live: within.filter((one) => one.live !== undefined).length,
        })
      }
    }
    check()
    run.fail('b')
    check()
    run.listen()
    run.feed({ type: 'retry', tasks: ['b'], by: 'ada', reason: 'again' })
    check()
    run.succeed('b~2')
    run.succeed('a')
    check()
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    check()
    expect(run.end?.type).toBe('run.cancelled')
  })
})
