import { BosunError, FactSchema, type Fact } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { finish, story, task } from '../kernel.fixture.ts'
import { evolve } from './evolve.ts'

/** Applies one more fact to a run in which `a` is assigned and `b` waits for it. */
function apply(fact: object): void {
  const run = story().plan('a', task('b', { dependsOn: ['a'] }))
  evolve(run.kernel.state, { seq: run.kernel.state.seq + 1, at: run.at, cause: 99, ...fact } as Fact)
}

describe('a fact that cannot follow is refused (FACT_ILLEGAL)', () => {
  const error = { code: 'WORKER_THREW', message: '' }
  it.each([
    ['a gap in the numbers', { seq: 99, type: 'run.paused', by: 'ada', reason: '' }],
    ['an unknown task', { type: 'task.failed', task: 'ghost', error }],
    [
      'a second assignment',
      {
        type: 'task.assigned',
        task: 'a',
        epoch: 2,
        worker: 'worker',
        slot: 'worker/2',
        rule: '',
        retry: 0,
        deadline: 1,
      },
    ],
    [
      'an assignment before its dependencies',
      {
        type: 'task.assigned',
        task: 'b',
        epoch: 1,
        worker: 'worker',
        slot: 'worker/2',
        rule: '',
        retry: 0,
        deadline: 1,
      },
    ],
    ['an outcome of a running task', { type: 'task.succeeded', task: 'a', epoch: 1 }],
    ['the end of another epoch', { type: 'attempt.failed', task: 'a', epoch: 2, error }],
    ['a task that is there already', { type: 'task.added', task: task('a'), depth: 0, by: 'manager' }],
    [
      'a dependency that is not there',
      { type: 'task.added', task: task('c', { dependsOn: ['x'] }), depth: 0, by: 'manager' },
    ],
    ['a parent that is not there', { type: 'task.added', task: task('c'), depth: 1, parent: 'x', by: 'manager' }],
    ['a slot that is there already', { type: 'worker.joined', slot: 'worker/1', worker: 'worker' }],
    ['a slot of nobody', { type: 'worker.joined', slot: 'x/1', worker: 'x' }],
    ['a slot that never joined', { type: 'worker.left', slot: 'x/1', reason: '' }],
    ['a task that is placed ahead', { type: 'task.placed', task: 'a', slot: 'worker/2' }],
    ['an amendment of a running task', { type: 'task.amended', task: task('a') }],
    ['a message out of order', { type: 'message.delivered', kind: 'outcome', ref: 1 }],
    ['an amendment of nothing', { type: 'task.amended', task: task('x') }],
  ])('%s', (_name, fact) => {
    expect(() => apply(fact)).toThrow(expect.objectContaining({ code: 'FACT_ILLEGAL' }) as Error)
  })

  it('an assignment to a slot that is taken', () => {
    const run = story().plan('a')
    run.fail('a')
    run.wait(200)
    expect(() =>
      apply({
        type: 'task.assigned',
        task: 'b',
        epoch: 1,
        worker: 'worker',
        slot: 'worker/1',
        rule: '',
        retry: 0,
        deadline: 1,
      }),
    ).toThrow(BosunError)
  })
})

describe('volatile facts', () => {
  it('move the pulse and no number', () => {
    const run = story().plan('a')
    const { seq, at, lastCause } = run.kernel.state
    run.at += 100
    run.beat('a')
    expect(run.kernel.state).toMatchObject({ seq, at, lastCause, pulseAt: run.at })
    expect(run.kernel.state.taskById.get('a')?.live?.lastBeat).toBe(run.at)
  })

  it('of a dead attempt or an unknown task move nothing', () => {
    const run = story().plan('a')
    const beat = { seq: 0, at: 9_999, cause: 1, type: 'attempt.beat', epoch: 7 } as const
    evolve(run.kernel.state, { ...beat, task: 'a' })
    evolve(run.kernel.state, { ...beat, task: 'ghost' })
    expect(run.kernel.state.taskById.get('a')?.live?.lastBeat).toBe(1_000)
  })
})

it('writes facts that their schema accepts, every one', () => {
  const run = story({ policy: { waive: ['failed'] }, retry: { retriesMax: 0 }, limits: { tasksMax: 4 } })
  run.answer({ type: 'plan', request: 'p', goal: 'g' }, { type: 'wake', wake: 'w', at: 1 })
  run.feed({ type: 'planned', request: 'p', tasks: [task('a', { outputs: ['x'], limits: { tokensMax: 4 } })] })
  run.answer({
    type: 'delegate',
    tasks: [task('a', { outputs: ['x'], limits: { tokensMax: 4 } }), task('b'), task('c', { dependsOn: ['b'] })],
    plan: 'p',
  })
  run.begin('a')
  run.beat('a')
  run.feed({ type: 'discovered', task: 'a', epoch: 1, item: { x: 1 } })
  run.answer({ type: 'delegate', tasks: [task('d'), task('e')], parent: 'a' })
  run.succeed('a', 1, ['x'])
  run.feed({ type: 'published', task: 'a', epoch: 1, files: [{ path: 'x', hash: 'h', bytes: 1 }] })
  run.succeed('a', 2)
  run.fail('b')
  run.feed({ type: 'left', slot: 'worker/2', reason: 'drain' })
  run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
  run.feed({ type: 'raiseLimits', limits: { tasksMax: 9 }, by: 'ada' })
  run.feed({ type: 'pause', by: 'ada', reason: 'x' })
  run.feed({ type: 'resume', by: 'ada' })
  run.feed({ type: 'steer', text: 'x', by: 'ada' })
  run.feed({ type: 'waive', tasks: ['b', 'c', 'd', 'e'], by: 'ada', reason: 'x' })
  run.wait(10)
  run.listen().answer(finish)
  expect(run.end?.type).toBe('run.completed')
  expect(
    run.facts.flatMap((fact) => FactSchema.safeParse(fact).error?.issues.map((issue) => [fact.type, issue]) ?? []),
  ).toEqual([])
})
