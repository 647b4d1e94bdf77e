import { expect, it } from 'vitest'
import { delegate, story, task } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { nextMessage } from './messages.ts'

it('brings the goal first, and nothing before the run has started', () => {
  const run = story()
  expect(run.next()).toEqual({ type: 'goal', seq: run.kernel.state.seq + 1, goal: 'goal' })
})

it('brings what happened while the manager was busy, in order, none twice, also after a restart (M-37)', () => {
  const run = story({ slots: 3, retry: { retriesMax: 0 } }).plan('a', 'b', task('c', { dependsOn: ['b'] }))
  run.succeed('a', 'A')
  run.fail('b')
  run.answer()
  const folded = foldKernel(run.kernel.strategy, run.facts)
  const rest = [run.kernel, folded].map(({ state }) => nextMessage(state, run.at))
  expect(rest[0]).toEqual(rest[1])
  run.listen()
  expect(run.heard.map((message) => [message.type, 'task' in message ? message.task : ''])).toEqual([
    ['goal', ''],
    ['outcome', 'a'],
    ['outcome', 'b'],
    ['outcome', 'c'],
  ])
})

it('tells of a skipped task which one is behind it, and of no attempt where none ran', () => {
  const run = story({ retry: { retriesMax: 0 } }).plan('b', task('c', { dependsOn: ['b'] }))
  run.fail('b')
  run.answer()
  expect(run.next()).toEqual({
    type: 'outcome',
    seq: run.kernel.state.seq + 1,
    run: 'r',
    task: 'c',
    taskType: 'work',
    outcome: 'skipped',
    because: 'b',
  })
})

it('does not show the result of a task that then failed to publish it', () => {
  const run = story().plan(task('a', { outputs: ['x'] }))
  run.succeed('a', 'result', ['x'])
  run.feed({ type: 'publishFailed', task: 'a', epoch: 1, error: { code: 'OUTPUT_CONFLICT', message: 'No room.' } })
  expect(run.next()).not.toHaveProperty('result')
  expect(run.next()).toMatchObject({ outcome: 'failed', error: { message: 'No room.' } })
})

it('brings due wakes after what happened, the earliest first', () => {
  const run = story().plan('a')
  run.feed({ type: 'steer', text: 'x', by: 'ada' })
  run.answer({ type: 'wake', wake: 'late', at: 5_000 }, { type: 'wake', wake: 'soon', at: 4_000 })
  run.at = 6_000
  run.feed({ type: 'steer', text: 'y', by: 'ada' })
  run.listen()
  expect(run.heard.slice(-3).map((message) => ('wake' in message ? message.wake : message.type))).toEqual([
    'steer',
    'soon',
    'late',
  ])
})

it('keeps its queue as short as what waits in it', () => {
  const run = story({ slots: 1 }).plan('a')
  for (let index = 0; index < 5_000; index += 1) {
    run.feed({ type: 'emitted', task: 'a', epoch: 1, value: index })
    run.answer()
  }
  expect(run.kernel.state.inbox.length).toBeLessThan(2_100)
})

it('carries frozen data, because the run holds the same objects', () => {
  const run = story().plan('a')
  run.succeed('a', { list: [1] })
  const message = run.next() as unknown as { result: { list: number[] } }
  expect(() => message.result.list.push(2)).toThrow(TypeError)
  run.answer(delegate('b'))
  expect(run.kernel.view.task('a')?.result).toEqual({ list: [1] })
})

it('shows the manager the time at which it hears, which is the time of the delivery in the log (R2)', () => {
  const run = story()
  run.answer(delegate('a'), { type: 'wake', wake: 'w', at: run.at + 500 })
  run.succeed('a')
  run.listen()
  run.at += 700
  expect(run.next()).toMatchObject({ type: 'woke' })
  expect(run.kernel.view.at).toBe(run.at)
  expect(run.answer()[0]).toMatchObject({ type: 'message.delivered', at: run.at })
})
