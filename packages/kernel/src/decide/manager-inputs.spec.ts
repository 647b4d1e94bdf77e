import type { Decision } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { delegate, finish, story, task, types } from '../kernel.fixture.ts'

/** Gives the manager something to answer at any time. */
function told(run: ReturnType<typeof story>, ...decisions: readonly Decision[]) {
  run.feed({ type: 'steer', text: 'now', by: 'ada' })
  while (run.next()?.type !== 'steer') run.answer()
  return run.answer(...decisions)
}

describe('delegate', () => {
  it('adds a patch whole, in one input, with its author (M-15)', () => {
    const run = story({ slots: 0 })
    expect(types(run.answer(delegate('a', task('b', { dependsOn: ['a'] }))))).toEqual([
      'message.delivered',
      'manager.decided',
      'task.added',
      'task.added',
    ])
    expect(run.of('task.added').map(({ by, depth }) => ({ by, depth }))).toEqual([
      { by: 'manager', depth: 0 },
      { by: 'manager', depth: 0 },
    ])
  })

  it('adds nothing of a patch with one broken task, and tells the manager of each', () => {
    const run = story().plan('a', task('b', { type: 'fly' }))
    expect(run.statuses).toEqual({})
    expect(run.of('spawn.refused').map((fact) => fact.task)).toEqual(['a', 'b'])
    expect(run.next()).toMatchObject({
      type: 'refused',
      decision: 'delegate',
      task: 'a',
      error: { code: 'TASK_TYPE_UNHANDLED' },
    })
  })

  it('of the same specification again changes nothing, however full the run is', () => {
    const run = story({ limits: { tasksMax: 2 } }).plan('a', 'b')
    expect(types(told(run, delegate('a', 'b')))).toEqual(['message.delivered', 'manager.decided'])
  })

  it('names the parent of a discovery, one level deeper (M-09, M-41)', () => {
    const run = story().plan('a')
    told(run, { ...delegate('b'), parent: 'a' } as Decision)
    told(run, { ...delegate('c'), parent: 'b' } as Decision)
    expect(run.kernel.view.task('c')).toMatchObject({ parent: 'b', depth: 2 })
  })

  it('is refused for an unknown parent (M-29)', () => {
    const run = story().plan({ ...task('x') })
    told(run, { ...delegate('b'), parent: 'ghost' } as Decision)
    expect(run.of('manager.refused')).toMatchObject([{ error: { code: 'TASK_UNKNOWN' } }])
  })

  it('of a plan is recorded as its acceptance', () => {
    const run = story()
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })
    run.answer({ ...delegate('a'), plan: 'p' } as Decision)
    expect(run.of('plan.accepted')).toMatchObject([{ plan: 'p', tasks: 1 }])
    expect(run.of('task.added')[0]?.by).toBe('planner')
  })
})

describe('caps that refuse', () => {
  const refusals = {
    'on tasks': { limits: { tasksMax: 2 }, code: 'LIMIT_TASKS' },
    'on depth': { limits: { depthMax: 0 }, code: 'LIMIT_DEPTH' },
    'on children of one task': { limits: { fanOutMax: 1 }, code: 'LIMIT_FAN_OUT' },
  }
  it.each(Object.entries(refusals))(
    '%s refuse a patch as a whole and end the run exhausted (M-50)',
    (_name, { limits, code }) => {
      const run = story({ limits }).plan('a')
      told(run, { ...delegate('b', 'c'), parent: 'a' } as Decision)
      expect(run.of('spawn.refused').map(({ task: id, error }) => [id, error.code])).toEqual([
        ['b', code],
        ['c', code],
      ])
      run.succeed('a')
      run.listen().answer(finish)
      expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: code, tally: { total: 1, refused: 2 } })
    },
  )

  it('let the run complete once what they refused is added after all', () => {
    const run = story({ limits: { tasksMax: 1 } }).plan('a')
    told(run, delegate('b'))
    run.feed({ type: 'raiseLimits', limits: { tasksMax: 2 }, by: 'ada' })
    run.listen()
    told(run, delegate('b'))
    run.succeed('a')
    run.succeed('b')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', tally: { refused: 1 } })
  })

  it('let the run complete when a person waives what they refused, but not when the manager does', () => {
    const run = story({ limits: { tasksMax: 1 }, policy: { waive: ['failed', 'lost', 'skipped', 'cancelled'] } }).plan(
      'a',
    )
    told(run, delegate('b'))
    told(run, { type: 'waive', tasks: ['b'], reason: 'x' })
    expect(run.of('manager.refused')).toMatchObject([{ error: { code: 'WAIVER_REFUSED', at: 'b' } }])
    run.feed({ type: 'waive', tasks: ['b', 'ghost'], by: 'ada', reason: 'fine' })
    expect(run.of('waiver.given')).toMatchObject([{ tasks: ['b'], by: 'ada' }])
    run.succeed('a')
    run.listen().answer(finish)
    expect(run.end?.type).toBe('run.completed')
  })
})

describe('amend', () => {
  it('replaces what has not started and keeps its place in the graph', () => {
    const run = story({ slots: 1 }).plan('a', task('b', { dependsOn: ['a'], body: 1 }))
    told(run, { type: 'amend', replace: [task('b', { body: 2, priority: 3 })] })
    expect(run.kernel.view.task('b')?.spec).toEqual(task('b', { body: 2, priority: 3, dependsOn: ['a'] }))
  })

  it('refuses to move a task in the graph, because its dependencies would only seem to change', () => {
    const run = story({ slots: 1 }).plan('a', 'b')
    told(run, { type: 'amend', replace: [task('b', { dependsOn: ['a'] })] })
    expect(run.of('manager.refused')).toMatchObject([
      { decision: 'amend', error: { code: 'TASK_ID_CONFLICT', at: 'b.dependsOn' } },
    ])
    expect(run.kernel.view.task('b')?.spec.dependsOn).toBeUndefined()
  })

  it('withdraws tasks, each once however often it is named', () => {
    const run = story({ slots: 1 }).plan('a', 'b', task('c', { dependsOn: ['b'] }))
    const facts = told(run, { type: 'amend', withdraw: ['b', 'b'] })
    expect(types(facts).slice(2)).toEqual(['task.cancelled', 'task.skipped'])
    expect(run.kernel.state.seq).toBe(run.facts.at(-1)?.seq)
  })

  it('of several tasks is refused as a whole when one has started', () => {
    const run = story({ slots: 1 }).plan('a', 'b')
    told(run, { type: 'amend', replace: [task('b', { body: 2 })], withdraw: ['a'] })
    expect(run.of('task.amended')).toEqual([])
    expect(run.of('manager.refused')).toMatchObject([{ error: { code: 'TASK_ALREADY_STARTED', at: 'a' } }])
  })
})

describe('finish', () => {
  it('is refused while a task is unresolved, and names one (M-52)', () => {
    const run = story().plan('a')
    told(run, finish)
    expect(run.of('manager.refused')).toMatchObject([
      { decision: 'finish', error: { code: 'RUN_UNRESOLVED', at: 'a' } },
    ])
    expect(run.end).toBeUndefined()
  })

  it('M-33: is refused while a detached task is unresolved, which is tracked as any other', () => {
    const run = story({ slots: 2 }).plan(task('index', { wait: 'detached' }), 'a')
    expect(run.running).toEqual(['index', 'a'])
    run.succeed('a')
    told(run, finish)
    expect(run.of('manager.refused')).toMatchObject([{ error: { code: 'RUN_UNRESOLVED', at: 'index' } }])
    expect(run.kernel.view.tally).toMatchObject({ succeeded: 1, unresolved: 1 })
    run.succeed('index')
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', tally: { succeeded: 2 } })
  })

  it('is refused while the planner has not answered', () => {
    const run = story()
    run.answer({ type: 'plan', request: 'p', goal: null }, finish)
    expect(run.of('manager.refused')).toMatchObject([{ error: { code: 'RUN_UNRESOLVED' } }])
  })

  it('makes what the manager decides after it void', () => {
    const run = story()
    run.answer(finish, delegate('late'))
    expect(run.end?.type).toBe('run.completed')
    expect(run.statuses).toEqual({})
  })
})

describe('waive', () => {
  it('lets a run complete that its policy allows it for, and names it', () => {
    const run = story({ policy: { waive: ['failed'] }, retry: { retriesMax: 0 } }).plan('a')
    run.fail('a')
    run.answer({ type: 'waive', tasks: ['a'], reason: 'optional' })
    run.answer(finish)
    expect(run.end).toMatchObject({ type: 'run.completed', waived: ['a'] })
  })

  it('is refused by default, and then the run fails', () => {
    const run = story({ retry: { retriesMax: 0 } }).plan('a')
    run.fail('a')
    run.answer({ type: 'waive', tasks: ['a'], reason: 'optional' })
    run.listen().answer(finish)
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'TASKS_UNSUCCESSFUL', missing: ['a'] })
  })

  it('of the same task again is no answer to a settled message', () => {
    const run = story({ policy: { waive: ['failed'] }, retry: { retriesMax: 0 } }).plan('a')
    run.fail('a')
    run.listen()
    for (let turn = 0; turn < 9 && run.end === undefined; turn += 1)
      run.answer({ type: 'waive', tasks: ['a'], reason: 'x' })
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'MANAGER_IDLE' })
  })
})

describe('a settled message', () => {
  it('that the manager does not answer fails the run by name', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.listen().answer()
    expect(run.end).toMatchObject({
      type: 'run.failed',
      causeCode: 'MANAGER_IDLE',
      error: { message: expect.stringContaining('boss') as string },
    })
  })

  it('comes again when more was done on it', () => {
    const run = story().plan('a')
    run.succeed('a')
    run.listen().answer(delegate('b'))
    run.succeed('b')
    run.listen()
    expect(run.next()?.type).toBe('settled')
  })

  it('does not come while a wake is set or the planner works', () => {
    const run = story()
    run.answer({ type: 'wake', wake: 'later', at: 9_000 }, { type: 'plan', request: 'p', goal: null })
    expect(run.next()).toBeUndefined()
    run.at = 9_000
    expect(run.next()).toMatchObject({ type: 'woke', wake: 'later' })
    run.answer()
    expect(run.next()).toBeUndefined()
    run.feed({ type: 'planFailed', request: 'p', error: { code: 'PLANNER_FAILED', message: 'no' } })
    expect(run.next()?.type).toBe('planFailed')
    run.answer()
    expect(run.next()?.type).toBe('settled')
  })
})

describe('a wake', () => {
  it('comes when it is due and only then', () => {
    const run = story().plan('a')
    told(run, { type: 'wake', wake: 'w', at: run.at + 500 })
    run.wait(499)
    expect(run.next()).toBeUndefined()
    run.wait(1)
    expect(run.next()).toMatchObject({ type: 'woke', wake: 'w' })
  })

  it('lies in the future, so that a manager cannot stop time by waking itself', () => {
    const run = story().plan('a')
    told(run, { type: 'wake', wake: 'w', at: 0 })
    expect(run.next()).toBeUndefined()
    run.wait(1)
    expect(run.next()?.type).toBe('woke')
  })
})

describe('planning', () => {
  it('brings a checked plan as a message', () => {
    const run = story()
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })
    expect(run.next()).toMatchObject({ type: 'plan', plan: 'p', tasks: [{ id: 'a' }] })
    expect(run.statuses).toEqual({})
  })

  it.each([
    ['an empty plan', [], 'PLAN_EMPTY'],
    ['a plan with a cycle', [task('a', { dependsOn: ['b'] }), task('b', { dependsOn: ['a'] })], 'TASK_CYCLE'],
  ])('brings %s as a failure', (_name, tasks, code) => {
    const run = story()
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.feed({ type: 'planned', request: 'p', tasks })
    expect(run.next()).toMatchObject({ type: 'planFailed', plan: 'p', error: { code } })
  })

  it('gives up on a planner that does not answer in time, and ignores it later', () => {
    const run = story({ limits: { planTimeoutMs: 100 } })
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.wait(99)
    expect(run.next()).toBeUndefined()
    run.wait(1)
    expect(run.next()).toMatchObject({ type: 'planFailed', error: { code: 'PLANNER_TIMED_OUT' } })
    expect(run.feed({ type: 'planned', request: 'p', tasks: [task('a')] })).toEqual([])
  })
})

describe('a program that fails', () => {
  it('fails the run with its cause', () => {
    const run = story().plan('a')
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.feed({ type: 'decided', decisions: [], failure: { code: 'MANAGER_ENDED', message: 'It ended.' } })
    expect(run.end).toMatchObject({
      type: 'run.failed',
      causeCode: 'MANAGER_ENDED',
      missing: ['a'],
      error: { message: 'It ended.' },
    })
  })

  it('may fail the run itself, with a reason', () => {
    const run = story()
    run.answer({ type: 'fail', reason: 'hopeless' })
    expect(run.end).toMatchObject({ type: 'run.failed', causeCode: 'MANAGER_FAILED', error: { message: 'hopeless' } })
  })

  it('that decided otherwise on replay pauses the run', () => {
    const run = story().plan('a', 'b', 'c')
    expect(types(run.feed({ type: 'diverged', message: 9, expected: 'x', received: 'y' }))).toEqual([
      'manager.diverged',
      'run.paused',
    ])
    run.succeed('a')
    expect(run.status('c')).toBe('ready')
  })
})

describe('a restart of the manager (X-08)', () => {
  it('loses the attempts of its former life, keeps finished tasks, and starts over with a new epoch', () => {
    const run = story({ slots: 2 }).plan('a', 'b', task('c', { dependsOn: ['a'] }))
    run.succeed('a')
    run.begin('b')
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    expect(run.of('attempt.lost').map(({ task: id, started, evidence }) => [id, started, evidence.clock])).toEqual([
      ['c', false, 'restart'],
      ['b', true, 'restart'],
    ])
    expect(run.statuses).toEqual({ a: 'succeeded', b: 'assigned', c: 'assigned' })
    expect(run.kernel.view.task('b')?.epoch).toBe(2)
  })

  it('of a paused run starts nothing', () => {
    const run = story().plan('a')
    run.feed({ type: 'pause', by: 'ada', reason: 'x' })
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    expect(run.statuses).toEqual({ a: 'retrying' })
    run.feed({ type: 'resume', by: 'ada' })
    expect(run.statuses).toEqual({ a: 'assigned' })
  })

  it('gives the planner its full time again', () => {
    const run = story({ limits: { planTimeoutMs: 100 } })
    run.answer({ type: 'plan', request: 'p', goal: 'g' })
    run.at += 5_000
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    run.wait(99)
    expect(run.next()).toBeUndefined()
  })
})

it('refuses decisions when no message was to be delivered', () => {
  const run = story().plan('a')
  expect(() => run.answer(delegate('b'))).toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error)
  expect(run.kernel.state.seq).toBe(run.facts.length)
})
