import { describe, expect, it } from 'vitest'
import { finish, story, task, types, worker } from '../kernel.fixture.ts'

describe('ownership', () => {
  it('names task, epoch, worker, slot and rule in the assignment (T-06, T-11)', () => {
    const run = story().plan('a')
    expect(run.of('task.assigned')).toEqual([
      expect.objectContaining({
        task: 'a',
        epoch: 1,
        worker: 'worker',
        slot: 'worker/1',
        rule: 'fifo/first-fit',
        retry: 0,
        deadline: run.at + 15_000,
      }),
    ])
    expect(run.kernel.view.task('a')).toMatchObject({ owner: 'worker/1', attempt: 'r/a@1' })
  })

  it('has no owner for a task before its assignment and after its end (T-13)', () => {
    const run = story({ slots: 1 }).plan('a', 'b')
    run.succeed('a')
    expect(run.kernel.view.task('a')?.owner).toBeUndefined()
    expect(run.kernel.view.task('b')?.owner).toBe('worker/1')
  })

  it('accepts a result once and brings it to the inbox once (M-10, M-36)', () => {
    const run = story().plan('a')
    run.begin('a')
    expect(types(run.succeed('a', { page: 1 }))).toEqual(['attempt.succeeded', 'task.succeeded'])
    expect(run.next()).toMatchObject({
      type: 'outcome',
      run: 'r',
      task: 'a',
      taskType: 'work',
      attempt: 'r/a@1',
      outcome: 'succeeded',
      result: { page: 1 },
    })
  })
})

describe('fencing', () => {
  it('quarantines a second result of the same attempt (X-07, P6)', () => {
    const run = story().plan('a')
    run.succeed('a', 1)
    expect(run.succeed('a', 2)).toEqual([
      expect.objectContaining({ type: 'result.quarantined', task: 'a', epoch: 1, kind: 'result', value: 2 }),
    ])
    expect(run.kernel.view.task('a')?.result).toBe(1)
  })

  it('quarantines what an older epoch reports and takes it from the live one (T-15, S3)', () => {
    const run = story().plan('a')
    run.begin('a')
    run.lose('a')
    run.wait(200)
    const late = { task: 'a', epoch: 1 }
    const kinds = [
      run.feed({ type: 'started', ...late, host: 'h' }),
      run.feed({ type: 'discovered', ...late, item: 'x' }),
      run.feed({ type: 'emitted', ...late, value: 'x' }),
      run.feed({ type: 'error', ...late, error: { code: 'WORKER_THREW', message: 'x' } }),
      run.feed({ type: 'result', ...late, result: 'x', outputs: [] }),
    ]
    expect(kinds.map(types)).toEqual(kinds.map(() => ['result.quarantined']))
    expect(run.of('result.quarantined').map(({ kind }) => kind)).toEqual([
      'started',
      'discovered',
      'emitted',
      'error',
      'result',
    ])
    expect(run.status('a')).toBe('assigned')
    run.succeed('a', 'right')
    expect(run.kernel.view.task('a')).toMatchObject({ status: 'succeeded', result: 'right', epoch: 2 })
  })

  it('keeps no sign of life of a dead attempt', () => {
    const run = story().plan('a')
    run.succeed('a')
    expect(run.beat('a')).toEqual([])
    expect(run.feed({ type: 'progressed', task: 'a', epoch: 1, note: 'x' })).toEqual([])
    expect(run.lose('a')).toEqual([])
  })

  it('quarantines a result that comes after the end of the run', () => {
    const run = story().plan('a')
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(types(run.succeed('a'))).toEqual(['result.quarantined'])
    expect(run.status('a')).toBe('cancelled')
  })

  it('records a report about a task that does not exist as a violation', () => {
    const run = story().plan('a')
    expect(run.feed({ type: 'result', task: 'ghost', epoch: 1, result: 1, outputs: [] })).toEqual([
      expect.objectContaining({ type: 'violation.recorded', by: 'ghost@1' }),
    ])
  })

  it('records a denied call as a fact, and after the end of the run as a violation', () => {
    const run = story().plan('a')
    const denied = {
      type: 'denied',
      task: 'a',
      epoch: 1,
      tool: 'files.write',
      rule: 'files.write(a)',
      detail: 'b',
    } as const
    expect(types(run.feed(denied))).toEqual(['tool.denied'])
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(types(run.feed(denied))).toEqual(['violation.recorded'])
  })
})

describe('the start of an attempt', () => {
  it('is recorded once', () => {
    const run = story().plan('a')
    expect(types(run.begin('a'))).toEqual(['attempt.started'])
    expect(run.begin('a')).toEqual([])
  })

  it('follows from a report of work when its own report is late or lost', () => {
    const run = story().plan('a')
    expect(types(run.feed({ type: 'discovered', task: 'a', epoch: 1, item: 1 }))).toEqual([
      'attempt.started',
      'task.discovered',
    ])
    expect(run.begin('a')).toEqual([])
  })
})

const once = () => story({ workers: [worker('sender', { effects: 'once' })] }).plan('a')

describe('an attempt whose work must not be repeated', () => {
  it('ends its task as lost when it is lost after its start, with advice', () => {
    const run = once()
    run.begin('a')
    run.lose('a')
    expect(run.of('task.lost')[0]?.error.message).toContain('retry or adopt')
  })

  it('is retried when it had not started', () => {
    const run = once()
    run.lose('a')
    expect(run.status('a')).toBe('retrying')
  })

  it('ends its task as lost when its work was seen though its start was not', () => {
    const run = once()
    run.feed({ type: 'progressed', task: 'a', epoch: 1, note: 'sending' })
    run.lose('a')
    expect(run.status('a')).toBe('lost')
  })

  it('ends its task as lost when its slot leaves after the start', () => {
    const run = once()
    run.begin('a')
    run.feed({ type: 'left', slot: 'sender/1', reason: 'drained' })
    expect(run.status('a')).toBe('lost')
  })

  it('is retried when it failed by itself, because then it told so', () => {
    const run = once()
    run.begin('a')
    run.fail('a')
    expect(run.status('a')).toBe('retrying')
  })
})

const files = [{ path: 'x', hash: 'h', bytes: 1 }]
const publishing = () => {
  const run = story({ slots: 1 }).plan(task('a', { outputs: ['x'] }), task('b', { dependsOn: ['a'] }), 'c')
  run.succeed('a', 1, ['x'])
  return run
}

describe('publishing', () => {
  it('keeps dependants waiting, while the slot is free for others', () => {
    expect(publishing().statuses).toEqual({ a: 'publishing', b: 'waiting', c: 'assigned' })
  })

  it('makes dependants ready when it is done (S1)', () => {
    const run = publishing()
    expect(types(run.feed({ type: 'published', ...run.attempt('a'), files }))).toEqual([
      'outputs.published',
      'task.succeeded',
    ])
    expect(run.status('b')).toBe('ready')
  })

  it('counts as failure of the task when it fails (T-27)', () => {
    const run = publishing()
    const error = { code: 'OUTPUT_CONFLICT', message: 'No room.' } as const
    run.feed({ type: 'publishFailed', ...run.attempt('a'), error })
    expect(run.statuses).toEqual({ a: 'failed', b: 'skipped', c: 'assigned' })
  })

  it('is told once: a repetition and another epoch change nothing', () => {
    const run = publishing()
    expect(run.feed({ type: 'published', task: 'a', epoch: 2, files })).toEqual([])
    run.feed({ type: 'published', task: 'a', epoch: 1, files })
    expect(run.feed({ type: 'published', task: 'a', epoch: 1, files })).toEqual([])
  })

  it('is finished by a task whose scope is cancelled, because its result is accepted', () => {
    const run = publishing()
    run.feed({ type: 'cancel', scope: { kind: 'subtree', task: 'a' }, by: 'ada', reason: 'enough' })
    expect(run.statuses).toEqual({ a: 'publishing', b: 'cancelled', c: 'assigned' })
    run.feed({ type: 'published', task: 'a', epoch: 1, files })
    expect(run.status('a')).toBe('succeeded')
  })

  it('is cut off by the end of the run, after which its report changes nothing', () => {
    const run = publishing()
    run.feed({ type: 'cancel', scope: { kind: 'run' }, by: 'ada', reason: 'enough' })
    expect(run.status('a')).toBe('cancelled')
    expect(run.feed({ type: 'published', task: 'a', epoch: 1, files })).toEqual([])
  })
})

describe('what workers emit', () => {
  it('reaches the manager in the order of the log, each once (M-37)', () => {
    const run = story().plan('a', 'b')
    run.feed({ type: 'emitted', task: 'b', epoch: 1, value: 1 })
    run.feed({ type: 'discovered', task: 'a', epoch: 1, item: 2 })
    run.succeed('b', 3)
    run.listen()
    expect(run.heard.slice(1)).toMatchObject([
      { type: 'emitted', attempt: 'r/b@1', value: 1 },
      { type: 'discovered', attempt: 'r/a@1', item: 2 },
      { type: 'outcome', task: 'b', result: 3 },
    ])
    expect(run.next()).toBeUndefined()
  })
})

describe('what is used', () => {
  it('counts without a reservation as well', () => {
    const run = story().plan('a')
    run.feed({ type: 'result', task: 'a', epoch: 1, result: 1, outputs: [], usage: { tokens: 7, costMicros: 8 } })
    expect(run.kernel.state).toMatchObject({ spentTokens: 7, spentCostMicros: 8, reservedTokens: 0 })
    expect(run.of('budget.reserved')).toMatchObject([{ tokens: 0, costMicros: 0 }])
    run.answer()
    run.answer(finish)
    expect(run.end?.type).toBe('run.completed')
  })
})
