import type { Decision, Group } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { deadline } from '../deadline.ts'
import { delegate, finish, story, task, types, worker, type StoryOptions } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { why } from '../why.ts'

const open = (name: string, limits: Omit<Group, 'name'> = {}): Decision => ({
  type: 'group',
  group: { name, ...limits },
})
const within = (group: string, ...ids: readonly string[]) => ids.map((id) => task(id, { group }))

/** A run whose manager has opened groups and then delegated tasks. */
function grouped(groups: readonly Decision[], tasks: ReturnType<typeof within>, options: StoryOptions = {}) {
  const run = story({ slots: 9, retry: { retriesMax: 0 }, ...options })
  run.answer(...groups, delegate(...tasks))
  return run
}

describe('a bound on attempts', () => {
  it('M-62: lets at most so many run at the same time, and the others as soon as one has ended', () => {
    const run = grouped([open('g', { slotsMax: 2 })], [...within('g', 'a', 'b', 'c', 'd'), task('x')])
    expect(run.running).toEqual(['a', 'b', 'x'])
    run.fail('a')
    expect(run.running).toEqual(['b', 'x', 'c'])
    run.succeed('c')
    expect(run.running).toEqual(['b', 'x', 'd'])
    expect(why(run.kernel, 'd')).toMatchObject([{ kind: 'running' }])
  })

  it('holds for the groups inside of it together, among which free slots go to whoever needs them', () => {
    const run = grouped(
      [open('g', { slotsMax: 3 }), open('g/left', { slotsMax: 2 })],
      [...within('g/left', 'a', 'b', 'c'), ...within('g/right', 'd', 'e')],
    )
    expect(run.running).toEqual(['a', 'b', 'd'])
    run.succeed('d')
    expect(run.running).toEqual(['a', 'b', 'e'])
    run.succeed('e')
    // The right one leaves its slot, but the left one has a bound of its own.
    expect(run.running).toEqual(['a', 'b'])
    expect(why(run.kernel, 'c')).toMatchObject([{ kind: 'group', names: ['g/left'] }])
  })

  it('keeps nothing from the tasks of others, and is the same after a fold', () => {
    const run = grouped([open('g', { slotsMax: 1 })], [...within('g', 'a', 'b'), ...within('h', 'c', 'd')])
    expect(run.running).toEqual(['a', 'c', 'd'])
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(folded.index.hasMatch).toBe(run.kernel.index.hasMatch)
    expect(folded.index.hasMatch).toBe(false)
    expect(folded.state.groups.get('g')).toMatchObject({ live: 1, total: 2, unresolved: 2 })
  })

  it('goes together with bounds of workers and skills', () => {
    const workers = [worker('worker', { slotsMax: 1 }), worker('adept', { skills: ['deep'] })]
    const deep = { group: 'g', skills: ['deep'] }
    const run = grouped([open('g', { slotsMax: 2 })], [task('a', deep), task('b', deep), task('c', deep), task('d')], {
      workers,
    })
    expect(run.running).toEqual(['a', 'b', 'd'])
  })
})

describe('a cap on tasks', () => {
  it('refuses a patch that goes beyond it, as a whole and by name', () => {
    const run = grouped([open('g', { tasksMax: 2 })], within('g', 'a'))
    run.listen().feed({ type: 'steer', text: 'more', by: 'ada' })
    run.answer(delegate(...within('g/in', 'b', 'c')))
    expect(run.of('spawn.refused')).toMatchObject([
      { task: 'b', error: { code: 'LIMIT_TASKS', message: expect.stringContaining('"g"') } },
      { task: 'c' },
    ])
    run.answer(delegate(...within('g/in', 'b')))
    expect(run.status('b')).toBe('assigned')
  })
})

describe('a quorum', () => {
  it('cancels the rest of its group and waives what did not succeed, at once', () => {
    const run = grouped([open('g', { quorum: 2 })], [...within('g', 'a', 'b', 'c'), ...within('g/in', 'd'), task('x')])
    run.fail('a')
    run.succeed('b')
    expect(types(run.succeed('c')).filter((type) => !type.startsWith('message'))).toEqual([
      'attempt.started',
      'attempt.succeeded',
      'task.succeeded',
      'group.closed',
      'attempt.revoked',
      'task.cancelled',
      'waiver.given',
    ])
    expect(run.of('group.closed')).toMatchObject([{ group: 'g', reason: 'quorum', waives: true }])
    expect(run.of('waiver.given')).toMatchObject([{ tasks: expect.arrayContaining(['a', 'd']), by: 'policy' }])
    expect(run.of('task.cancelled')).toMatchObject([{ task: 'd', by: 'policy' }])
    run.succeed('x')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: ['a', 'd'] })
  })

  it('that is not met waives nothing', () => {
    const run = grouped([open('g', { quorum: 2 })], within('g', 'a', 'b'))
    run.succeed('a')
    run.fail('b')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', missing: ['b'] })
  })

  it('lets a result that is accepted be published, and waives it when that fails', () => {
    const run = grouped([open('g', { quorum: 1 })], [task('a', { group: 'g', outputs: ['x'] }), ...within('g', 'b')])
    run.succeed('a', 'A', ['x'])
    run.succeed('b')
    expect(run.statuses).toEqual({ a: 'publishing', b: 'succeeded' })
    run.feed({ type: 'publishFailed', task: 'a', epoch: 1, error: { code: 'OUTPUT_CONFLICT', message: 'No room.' } })
    expect(run.of('waiver.given').map(({ tasks }) => tasks)).toEqual([['a']])
  })

  it('refuses what comes after it, and waives that as well', () => {
    const run = grouped([open('g', { quorum: 1 })], within('g', 'a'))
    run.succeed('a')
    run.answer(delegate(...within('g/in', 'b')))
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'b', error: { code: 'TASK_CANCELLED' } }])
    expect(run.of('waiver.given')).toMatchObject([{ tasks: ['b'], by: 'policy' }])
    run.listen().answer(finish)
    expect(run.end?.type).toBe('run.completed')
  })
})

it('waives nothing of a patch that is refused for another reason', () => {
  const run = grouped([open('g', { quorum: 1 })], within('g', 'a', 'b'))
  run.succeed('a')
  run.answer(delegate(task('a', { group: 'g', body: 'another' }), task('b', { group: 'g' })))
  expect(run.of('spawn.refused').map(({ task: id, error }) => [id, error.code])).toEqual([
    ['a', 'TASK_ID_CONFLICT'],
    ['b', 'TASK_ID_CONFLICT'],
  ])
  expect(run.of('waiver.given').map(({ tasks }) => tasks)).toEqual([['b']])
})

describe('failing fast in a group', () => {
  it('M-38: cancels the rest of the group and leaves the others alone', () => {
    const run = grouped(
      [open('g', { failure: 'fail-fast' })],
      [...within('g', 'a', 'b'), ...within('gg', 'c'), task('x')],
    )
    run.fail('a')
    expect(run.statuses).toEqual({ a: 'failed', b: 'cancelled', c: 'assigned', x: 'assigned' })
    expect(run.of('group.closed')).toMatchObject([{ group: 'g', reason: 'fail-fast', waives: false }])
    expect(run.of('waiver.given')).toEqual([])
  })

  it('waits until the retries are spent, and opens again when the run is reopened', () => {
    const run = grouped([open('g', { failure: 'fail-fast' })], within('g', 'a', 'b'), {
      retry: { retriesMax: 1, backoffMs: 0 },
    })
    run.fail('a')
    expect(run.status('b')).toBe('assigned')
    run.fail('a')
    expect(run.status('b')).toBe('cancelled')
    run.listen().answer(finish)
    run.feed({ type: 'retry', tasks: ['a', 'b'], by: 'ada', reason: 'again' })
    run.fail('a~2')
    run.fail('a~2')
    expect(run.status('b~2')).toBe('cancelled')
    expect(run.of('group.closed')).toHaveLength(2)
  })
})

describe('a deadline', () => {
  it('M-34: asks for time when it comes, then cancels what has not ended and waives it', () => {
    const run = grouped([open('g', { deadlineMs: 700 })], within('g', 'a', 'b'))
    run.succeed('a')
    expect(deadline(run.kernel)).toBe(run.at + 700)
    run.wait(699)
    expect(run.status('b')).toBe('assigned')
    run.wait(1)
    expect(run.status('b')).toBe('cancelled')
    expect(run.of('group.closed')).toMatchObject([{ reason: 'deadline', waives: true }])
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: ['b'] })
    expect(deadline(run.kernel)).toBeUndefined()
  })

  it('waives nothing when a quorum was to be met by then', () => {
    const run = grouped([open('g', { deadlineMs: 700, quorum: 2 })], within('g', 'a', 'b'))
    run.succeed('a')
    run.wait(700)
    expect(run.of('group.closed')).toMatchObject([{ reason: 'deadline', waives: false }])
    expect(run.of('waiver.given')).toEqual([])
  })

  it('is over when the quorum was met before', () => {
    const run = grouped([open('g', { deadlineMs: 700, quorum: 1 })], within('g', 'a', 'b'))
    run.succeed('a')
    run.wait(700)
    expect(run.of('group.closed')).toHaveLength(1)
  })
})

describe('opening and cancelling groups', () => {
  it('opens a group once, before its first task; the same again changes nothing', () => {
    const run = story().plan(...within('g/in', 'a'))
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(
      open('h', { quorum: 1 }),
      open('h', { quorum: 1 }),
      open('h', { quorum: 2 }),
      open('g'),
      open('g/in/deeper'),
    )
    expect(run.of('group.opened').map(({ group }) => group)).toEqual([
      { name: 'h', quorum: 1 },
      { name: 'g/in/deeper' },
    ])
    expect(run.of('manager.refused').map(({ error }) => [error.code, error.at])).toEqual([
      ['GROUP_CONFLICT', 'h'],
      ['GROUP_CONFLICT', 'g'],
    ])
  })

  it('cancels a group with those inside of it, and lets nothing more in', () => {
    const run = grouped([], [...within('g', 'a'), ...within('g/in', 'b'), ...within('gg', 'c')])
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(
      { type: 'cancel', scope: { kind: 'group', group: 'g' }, reason: 'enough' },
      delegate(...within('g/in', 'd')),
    )
    expect(run.statuses).toEqual({ a: 'cancelled', b: 'cancelled', c: 'assigned' })
    expect(run.of('spawn.refused')).toMatchObject([{ task: 'd', error: { code: 'TASK_CANCELLED' } }])
    run.feed({ type: 'cancel', scope: { kind: 'group', group: 'gg' }, by: 'ada', reason: 'enough' })
    run.feed({ type: 'cancel', scope: { kind: 'group', group: 'ghost' }, by: 'ada', reason: 'enough' })
    expect(run.status('c')).toBe('cancelled')
  })

  it('keeps a task in its group when it is amended', () => {
    const run = story({ slots: 0 }).plan(...within('g', 'a'))
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer(
      { type: 'amend', replace: [task('a', { priority: 1 })] },
      { type: 'amend', replace: [task('a', { group: 'h' })] },
    )
    expect(run.kernel.view.task('a')?.spec).toMatchObject({ group: 'g', priority: 1 })
    expect(run.of('manager.refused')).toMatchObject([{ decision: 'amend' }])
  })

  it('shows the tasks of a group, and what somebody has waived', () => {
    const run = grouped([open('g', { quorum: 1 })], [...within('g', 'a', 'b'), ...within('g/in', 'c')])
    run.succeed('a')
    const seen = (group: string) => Array.from(run.kernel.view.group(group), ({ spec, waived }) => [spec.id, waived])
    expect(seen('g')).toEqual([
      ['a', false],
      ['b', true],
    ])
    expect(seen('g/in')).toEqual([['c', true]])
    expect(seen('nowhere')).toEqual([])
  })

  it('fails a run with what there is all the same', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.answer({ type: 'fail', reason: 'not good enough', result: { draft: 1 } })
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'MANAGER_FAILED', result: { draft: 1 } })
  })
})
