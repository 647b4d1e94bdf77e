import { describe, expect, it } from 'vitest'
import { finish, story, task, worker, type Story } from '../kernel.fixture.ts'

const workers = [worker('plain'), worker('deep', { skills: ['dive', 'weld'] })]
const deep = (id: string) => task(id, { skills: ['dive'] })
const lacking = (id: string) => task(id, { skills: ['fly'] })

const begun = (run: Story) => run.of('task.assigned').length + run.of('task.added').length

describe('M-08: a task whose skills no worker has is refused before anything starts', () => {
  it('in a patch, which is refused as a whole', () => {
    const run = story({ workers }).plan('a', lacking('b'))
    expect(run.of('spawn.refused')).toMatchObject([
      { task: 'a', error: { code: 'TASK_SKILL_MISSING', message: expect.stringContaining('fly') } },
      { task: 'b', error: { code: 'TASK_SKILL_MISSING' } },
    ])
    expect(begun(run)).toBe(0)
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'TASK_SKILL_MISSING' })
  })

  it('in the answer of a planner', () => {
    const run = story({ workers })
    run.answer({ type: 'plan', request: 'p', goal: null })
    run.feed({ type: 'planned', request: 'p', tasks: [task('a'), lacking('b')] })
    expect(run.of('plan.rejected')).toMatchObject([{ plan: 'p', error: { code: 'TASK_SKILL_MISSING' } }])
    expect(begun(run)).toBe(0)
  })

  it('in what a finding leads to, while the finder goes on', () => {
    const run = story({ workers }).plan('a')
    run.feed({ type: 'discovered', task: 'a', epoch: 1, item: 'b' })
    run.answer({ type: 'delegate', tasks: [lacking('b')], parent: 'a' })
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'b', parent: 'a', error: { code: 'TASK_SKILL_MISSING' } }])
    expect(run.running).toEqual(['a'])
  })

  it('also where each skill is had by some worker, but all of them by none', () => {
    const apart = [worker('diver', { skills: ['dive'] }), worker('welder', { skills: ['weld'] })]
    const run = story({ workers: apart }).plan(task('a', { skills: ['dive', 'weld'] }))
    expect(run.of('spawn.refused')).toHaveLength(1)
  })
})

it('M-08: a task that names skills goes to a worker that has them all, and waits while none of those is free', () => {
  const run = story({ workers, slots: 1 }).plan(deep('a'), deep('b'), 'c')
  expect(run.of('task.assigned').map((fact) => [fact.task, fact.worker])).toEqual([
    ['a', 'deep'],
    ['c', 'plain'],
  ])
  expect(run.status('b')).toBe('ready')
  run.succeed('a')
  expect(run.of('task.assigned').at(-1)).toMatchObject({ task: 'b', worker: 'deep' })
})
