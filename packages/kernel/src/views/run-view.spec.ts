import { expect, it } from 'vitest'
import { story, task } from '../kernel.fixture.ts'

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
