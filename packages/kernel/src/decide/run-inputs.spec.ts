import { describe, expect, it } from 'vitest'
import { deadline } from '../deadline.ts'
import { story, task, types, worker } from '../kernel.fixture.ts'
import { foldKernel } from '../kernel.ts'
import { composeStrategy } from '../strategies/compose-strategy.ts'

const lease = { leaseMs: 1_000, heartbeatMs: 100 }

describe('the clock of beats', () => {
  it('takes a silent attempt for lost when the lease is over, with its evidence (M-53, S13)', () => {
    const run = story({ lease }).plan('a')
    run.begin('a')
    expect(run.wait(999)).toEqual([])
    run.wait(1)
    expect(run.of('attempt.lost')).toMatchObject([
      { error: { code: 'BEAT_MISSED' }, started: true, evidence: { lastBeat: 1_000, deadline: 2_000, clock: 'beat' } },
    ])
  })

  it('spares a slow attempt that beats', () => {
    const run = story({ lease }).plan('a')
    for (let beat = 0; beat < 20; beat += 1) {
      run.wait(900)
      run.beat('a')
    }
    expect(run.status('a')).toBe('assigned')
  })

  it('accepts a result that comes in the very instant of the expiry, if it is fed before the time', () => {
    const run = story({ lease }).plan('a')
    run.at += 1_000
    run.succeed('a')
    run.feed({ type: 'tick' })
    expect(run.status('a')).toBe('succeeded')
  })

  it('does not count the time in which the manager itself was away', () => {
    const run = story({ lease }).plan('a')
    run.at += 5_000
    run.feed({ type: 'stalled', gapMs: 5_000 })
    run.wait(999)
    expect(run.status('a')).toBe('assigned')
    run.wait(1)
    expect(run.of('attempt.lost')).toHaveLength(1)
  })

  it('never takes a beat to come from the future, however long the manager says it was away', () => {
    const run = story({ lease }).plan('a')
    run.feed({ type: 'stalled', gapMs: 60_000 })
    run.wait(1_000)
    expect(run.of('attempt.lost')[0]?.evidence.lastBeat).toBe(1_000)
  })
})

describe('the clock of progress', () => {
  const withProgress = { lease: { ...lease, leaseMs: 10_000, progressTimeoutMs: 300 } }

  it('takes an attempt that beats without progress for lost, at its own deadline', () => {
    const run = story(withProgress).plan('a')
    run.wait(200)
    run.beat('a')
    run.wait(100)
    expect(run.of('attempt.lost')).toMatchObject([
      { error: { code: 'PROGRESS_MISSED' }, evidence: { clock: 'progress', deadline: 1_300 } },
    ])
  })

  it('spares one that reports progress', () => {
    const run = story(withProgress).plan('a')
    run.wait(299)
    run.feed({ type: 'progressed', task: 'a', epoch: 1, note: 'half', done: 1, total: 2 })
    run.wait(299)
    expect(run.status('a')).toBe('assigned')
  })
})

describe('the time limit of an attempt', () => {
  it('ends it however often it beats, and names the limit as the deadline (S13)', () => {
    const run = story({ lease }).plan(task('a', { limits: { timeoutMs: 1_500 } }))
    for (let beat = 0; beat < 3; beat += 1) {
      run.wait(499)
      run.beat('a')
    }
    run.wait(3)
    expect(run.of('attempt.lost')).toMatchObject([
      { error: { code: 'ATTEMPT_TIMED_OUT' }, evidence: { clock: 'timeout', deadline: 2_500 } },
    ])
  })

  it('that is lowered holds for attempts that run already, without waiting for their lease', () => {
    const run = story({ lease: { leaseMs: 60_000 } }).plan('a')
    run.feed({ type: 'raiseLimits', limits: { timeoutMs: 50 }, by: 'ada' })
    expect(deadline(run.kernel)).toBe(run.at + 50)
    run.wait(50)
    expect(run.status('a')).toBe('retrying')
  })
})

it('judges attempts that ran out of time together in the order of the run, whatever their last beats', () => {
  const run = story({ lease, limits: { timeoutMs: 1_500 } }).plan('a', 'b')
  run.wait(600)
  run.beat('a')
  run.wait(300)
  run.beat('b')
  run.wait(600)
  expect(run.of('attempt.lost').map((fact) => fact.task)).toEqual(['a', 'b'])
})

describe('a patient strategy', () => {
  it('is asked again at the pace of the heartbeats, not every ms', () => {
    const patient = composeStrategy({ name: 'patient', liveness: { judge: () => 'alive' } })
    const run = story({ lease, strategy: patient }).plan('a')
    run.wait(1_000)
    expect(deadline(run.kernel)).toBe(run.at + 100)
  })
})

describe('slots', () => {
  it('take work as soon as they join', () => {
    const run = story({ slots: 0 }).plan('a')
    expect(run.status('a')).toBe('ready')
    expect(types(run.feed({ type: 'joined', slot: 'worker/9', worker: 'worker' }))).toEqual([
      'worker.joined',
      'task.assigned',
    ])
  })

  it('get nothing more once they left, and what they ran goes to another', () => {
    const run = story({ slots: 2 }).plan('a')
    expect(types(run.feed({ type: 'left', slot: 'worker/1', reason: 'drain' }))).toEqual([
      'worker.left',
      'attempt.lost',
      'task.retried',
      'task.assigned',
    ])
    expect(run.of('task.assigned').at(-1)).toMatchObject({ slot: 'worker/2', epoch: 2 })
    expect(run.feed({ type: 'left', slot: 'worker/1', reason: 'drain' })).toEqual([])
  })

  it('that join again under the same name take their old place', () => {
    const run = story({ slots: 1 }).plan('a')
    for (let round = 0; round < 5; round += 1) {
      run.feed({ type: 'left', slot: 'worker/1', reason: 'crash' })
      run.feed({ type: 'joined', slot: 'worker/1', worker: 'worker' })
    }
    expect(run.running).toEqual(['a'])
    expect(run.kernel.state.workers.get('worker')?.slots).toHaveLength(1)
  })

  it('may be announced twice', () => {
    const run = story({ slots: 1 })
    expect(run.feed({ type: 'joined', slot: 'worker/1', worker: 'worker' })).toEqual([])
  })

  it('of an unknown worker are refused by name (T-08)', () => {
    const run = story()
    expect(() => run.feed({ type: 'joined', slot: 'x/1', worker: 'x' })).toThrow(
      expect.objectContaining({ code: 'WORKER_UNKNOWN', at: 'x/1' }) as Error,
    )
    expect(run.kernel.state.seq).toBe(run.facts.length)
  })

  it('of one worker are taken up to its own cap (S4)', () => {
    const run = story({ workers: [worker('worker', { slotsMax: 2 })], slots: 4 }).plan('a', 'b', 'c')
    expect(run.running).toEqual(['a', 'b'])
    run.succeed('a')
    expect(run.running).toEqual(['b', 'c'])
  })
})

describe('pause and resume', () => {
  it('starts nothing while paused, and everything that fits after', () => {
    const run = story({ slots: 1 }).plan('a', 'b')
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    run.succeed('a')
    expect(run.running).toEqual([])
    expect(types(run.feed({ type: 'resume', by: 'ada' }))).toEqual(['run.resumed', 'task.assigned'])
  })

  it('are recorded once each', () => {
    const run = story()
    expect(run.feed({ type: 'resume', by: 'ada' })).toEqual([])
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    expect(run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })).toEqual([])
  })

  it('keeps clocks running: an attempt that dies during a pause is lost', () => {
    const run = story({ lease }).plan('a')
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    run.wait(1_000)
    expect(run.status('a')).toBe('retrying')
    run.wait(1_000)
    expect(run.running).toEqual([])
  })

  it('does not hold the pause against tasks that wait in the queue', () => {
    const run = story({ slots: 0, limits: { queueWaitMs: 1_000 } }).plan('a')
    run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
    run.wait(5_000)
    expect(run.status('a')).toBe('ready')
    run.feed({ type: 'resume', by: 'ada' })
    run.wait(999)
    expect(run.status('a')).toBe('ready')
    run.wait(1)
    expect(run.status('a')).toBe('failed')
  })
})

describe('waiting in the queue', () => {
  it('does not count the time in which nobody managed the run (bug: all that waited failed on recovery)', () => {
    const run = story({ slots: 1, limits: { queueWaitMs: 1_000 }, lease: { leaseMs: 60_000 } }).plan('a', 'b', 'c')
    run.at += 500_000
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    run.wait(999)
    expect(run.statuses).toMatchObject({ b: 'assigned', c: 'ready' })
    run.wait(1)
    expect(run.status('c')).toBe('failed')
  })

  it('ends a task by name when no slot comes in time', () => {
    const run = story({ slots: 1, limits: { queueWaitMs: 1_000 }, lease: { leaseMs: 60_000 } }).plan('a', 'b')
    expect(deadline(run.kernel)).toBe(2_000)
    run.wait(1_000)
    expect(run.of('task.failed')).toMatchObject([{ task: 'b', error: { code: 'QUEUE_WAIT_EXCEEDED', at: 'b' } }])
  })

  it('counts from the end of a backoff', () => {
    const run = story({ slots: 1, limits: { queueWaitMs: 100 }, retry: { backoffMs: 1_000 } }).plan('a')
    run.fail('a')
    run.feed({ type: 'left', slot: 'worker/1', reason: 'x' })
    run.wait(1_099)
    expect(run.status('a')).toBe('retrying')
    run.wait(1)
    expect(run.status('a')).toBe('failed')
  })
})

describe('time', () => {
  it('does not go back when the clock does, not even behind a beat', () => {
    const run = story().plan('a')
    run.at = 5_000
    run.beat('a')
    run.at = 10
    run.begin('a')
    run.succeed('a')
    expect(run.facts.slice(-3).map(({ at }) => at)).toEqual([5_000, 5_000, 5_000])
  })

  it('ends a run as exhausted when its time is up, with what it has (M-50, X-01)', () => {
    const run = story({ limits: { wallTimeMs: 10_000 } }).plan('a', 'b', 'c')
    run.succeed('a')
    run.wait(10_000)
    expect(run.end).toMatchObject({
      type: 'run.exhausted',
      causeCode: 'LIMIT_WALL_TIME',
      missing: ['b', 'c'],
      tally: { total: 3, succeeded: 1, cancelled: 2, unresolved: 0 },
    })
    expect(types(run.facts)).toContain('limit.reached')
  })

  it('does not count a pause as time of the run, however often and long it is (X-01)', () => {
    const run = story({ limits: { wallTimeMs: 10_000 }, lease: { leaseMs: 10 ** 9 } }).plan('a')
    for (let pause = 0; pause < 2; pause += 1) {
      run.wait(4_000)
      run.feed({ type: 'pause', by: 'ada', reason: 'lunch' })
      run.wait(1_000_000)
      run.feed({ type: 'resume', by: 'ada' })
    }
    run.wait(1_999)
    expect(run.kernel.state.ended).toBeUndefined()
    const folded = foldKernel(run.kernel.strategy, run.facts)
    expect(deadline(folded)).toBe(run.at + 1)
    run.wait(1)
    expect(run.end).toMatchObject({ type: 'run.exhausted', causeCode: 'LIMIT_WALL_TIME' })
  })
})

describe('causes', () => {
  it('gives every input that brings a fact a number of its own, beats included (S19)', () => {
    const run = story().plan('a')
    const [beat] = run.beat('a')
    const [started] = run.begin('a')
    expect(started?.cause).toBe((beat?.cause ?? 0) + 1)
  })
})

describe('limits that change', () => {
  it('are merged, recorded and obeyed at once', () => {
    const run = story({ slots: 4, limits: { slotsMax: 1 } }).plan('a', 'b', 'c')
    expect(types(run.feed({ type: 'raiseLimits', limits: { slotsMax: 2 }, by: 'ada' }))).toEqual([
      'limits.changed',
      'task.assigned',
    ])
    expect(run.kernel.view.config.limits).toMatchObject({ slotsMax: 2, tasksMax: 10_000 })
  })

  it('let nothing more start until the run is below a lowered cap', () => {
    const run = story({ slots: 3 }).plan('a', 'b', 'c', 'd')
    run.feed({ type: 'raiseLimits', limits: { slotsMax: 1 }, by: 'ada' })
    run.succeed('a')
    run.succeed('b')
    expect(run.running).toEqual(['c'])
    run.succeed('c')
    expect(run.running).toEqual(['d'])
  })
})

describe('after the end of a run', () => {
  it('nothing that people, planners or time bring is recorded (S8)', () => {
    const run = story()
    run.answer({ type: 'plan', request: 'p', goal: null }, { type: 'fail', reason: 'no' })
    const inputs = [
      run.feed({ type: 'tick' }),
      run.feed({ type: 'pause', by: 'ada', reason: '' }),
      run.feed({ type: 'resume', by: 'ada' }),
      run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: '' }),
      run.feed({ type: 'steer', text: 'go', by: 'ada' }),
      run.feed({ type: 'waive', tasks: ['a'], by: 'ada', reason: '' }),
      run.feed({ type: 'raiseLimits', limits: { slotsMax: 2 }, by: 'ada' }),
      run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' }),
      run.feed({ type: 'planned', request: 'p', tasks: [task('a')] }),
      run.feed({ type: 'planFailed', request: 'p', error: { code: 'PLANNER_FAILED', message: '' } }),
      run.feed({ type: 'diverged', message: 1, expected: '', received: '' }),
    ]
    expect(inputs).toEqual(inputs.map(() => []))
  })
})

it('refuses any input before the start, and a second start', () => {
  const run = story()
  expect(() =>
    run.feed({
      type: 'start',
      run: 'x',
      goal: 1,
      manager: 'm',
      config: run.kernel.state.config,
      origins: {},
      workers: [],
    }),
  ).toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error)
})
