import { describe, expect, it } from 'vitest'
import { delegate, finish, story, task, types } from '../kernel.fixture.ts'

/** a → b → c, and d, which a discovery of a led to. */
const family = () => {
  const run = story({ slots: 1 }).plan('a', task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] }), 'e')
  run.feed({ type: 'discovered', task: 'a', epoch: 1, item: 1 })
  run.answer({ ...delegate('d'), parent: 'a' } as never)
  return run
}

describe('cancelling one task', () => {
  it('takes the live attempt from its slot and skips what depends on it (M-09)', () => {
    const run = family()
    const facts = run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ada', reason: 'wrong' })
    expect(types(facts)).toEqual(['attempt.revoked', 'task.cancelled', 'task.skipped', 'task.skipped', 'task.assigned'])
    expect(run.statuses).toEqual({ a: 'cancelled', b: 'skipped', c: 'skipped', e: 'assigned', d: 'ready' })
  })

  it('that waits for its next attempt ends the wait', () => {
    const run = story().plan('a')
    run.fail('a')
    run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ada', reason: 'wrong' })
    run.wait(60_000)
    expect(run.of('task.assigned')).toHaveLength(1)
    expect(run.status('a')).toBe('cancelled')
  })

  it('that has an outcome changes nothing', () => {
    const run = story().plan('a')
    run.succeed('a')
    expect(run.feed({ type: 'cancel', scope: { kind: 'task', task: 'a' }, by: 'ada', reason: 'late' })).toEqual([])
  })

  it('that does not exist is refused to a manager, by name', () => {
    const run = story().plan('a')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer({ type: 'cancel', scope: { kind: 'task', task: 'ghost' }, reason: 'x' })
    expect(run.of('manager.refused')).toMatchObject([
      { decision: 'cancel', error: { code: 'TASK_UNKNOWN', at: 'ghost' } },
    ])
  })
})

describe('cancelling a subtree', () => {
  it('takes in dependants and what discoveries led to, at any depth', () => {
    const run = family()
    run.feed({ type: 'cancel', scope: { kind: 'subtree', task: 'a' }, by: 'ada', reason: 'wrong' })
    expect(run.statuses).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled', e: 'assigned', d: 'cancelled' })
  })

  it('takes in what was added behind a task of it that had succeeded already', () => {
    const run = story({ slots: 1 }).plan('a')
    run.succeed('a')
    run.answer(delegate(task('b', { dependsOn: ['a'] })))
    run.feed({ type: 'cancel', scope: { kind: 'subtree', task: 'a' }, by: 'ada', reason: 'wrong' })
    expect(run.statuses).toEqual({ a: 'succeeded', b: 'cancelled' })
  })

  it('closes it when the manager does: later discoveries of its tasks are refused (S10)', () => {
    const run = family()
    run.succeed('a')
    run.listen()
    run.feed({ type: 'steer', text: 'stop a', by: 'ada' })
    run.answer({ type: 'cancel', scope: { kind: 'subtree', task: 'a' }, reason: 'stop' })
    run.answer({ ...delegate('f'), parent: 'a' } as never)
    expect(run.status('f')).toBeUndefined()
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'f', parent: 'a', error: { code: 'TASK_CANCELLED' } }])
  })

  it('refuses children of a cancelled task, whoever cancelled it', () => {
    const run = family()
    run.feed({ type: 'cancel', scope: { kind: 'subtree', task: 'a' }, by: 'ada', reason: 'stop' })
    run.answer({ ...delegate('f'), parent: 'b' } as never)
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'f', error: { code: 'TASK_CANCELLED' } }])
  })
})

describe('cancelling the run', () => {
  it('by a person ends it as cancelled, with every task counted (X-02, X-01)', () => {
    const run = family()
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(run.end).toMatchObject({
      type: 'run.cancelled',
      causeCode: 'TASK_CANCELLED',
      by: 'ada',
      reason: 'enough',
      tally: { total: 5, cancelled: 5, unresolved: 0 },
    })
  })

  it('by the manager cancels its tasks, takes in nothing new and leaves the end to the manager', () => {
    const run = family()
    run.feed({ type: 'steer', text: 'stop', by: 'ada' })
    run.answer({ type: 'cancel', scope: { kind: 'run' }, reason: 'stop' }, delegate('late'))
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'late', error: { code: 'TASK_CANCELLED' } }])
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'TASKS_UNSUCCESSFUL', tally: { cancelled: 5 } })
  })

  it('settles what its attempts had reserved (S5)', () => {
    const run = story().plan(task('a', { limits: { tokensMax: 10 } }))
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(run.of('budget.settled')).toMatchObject([{ task: 'a', epoch: 1, tokens: 10 }])
    expect(run.kernel.state).toMatchObject({ reservedTokens: 0, spentTokens: 10 })
  })
})
