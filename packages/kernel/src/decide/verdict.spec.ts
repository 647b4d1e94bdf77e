import { describe, expect, it } from 'vitest'
import { story, task } from '../kernel.fixture.ts'
import { composeStrategy, exponentialBackoff } from '../strategies/compose-strategy.ts'

describe('a failed attempt', () => {
  it('is followed by another after the backoff and not before (S12)', () => {
    const run = story({ retry: { backoffMs: 500 } }).plan('a')
    run.fail('a')
    expect(run.of('task.retried')).toMatchObject([{ epoch: 1, counted: true, retry: 1, notBefore: run.at + 500 }])
    run.wait(499)
    expect(run.status('a')).toBe('retrying')
    run.wait(1)
    expect(run.of('task.assigned').at(-1)).toMatchObject({ task: 'a', epoch: 2, retry: 1 })
  })

  it('ends its task as failed when the retries are spent, three attempts by default', () => {
    const run = story().plan('a')
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      run.fail('a')
      run.wait(200)
    }
    expect(run.of('task.assigned')).toHaveLength(3)
    expect(run.of('task.failed')).toMatchObject([{ task: 'a', error: { code: 'WORKER_THREW' } }])
  })

  it('has the retries that its task states, none if it states zero', () => {
    const run = story().plan(task('a', { limits: { retriesMax: 0 } }))
    run.fail('a')
    expect(run.status('a')).toBe('failed')
  })

  it('is not repeated when trying again cannot help', () => {
    const run = story().plan('a')
    run.fail('a', 'TASK_BODY_INVALID')
    expect(run.status('a')).toBe('failed')
  })

  it('leaves its slot to others during the backoff', () => {
    const run = story({ slots: 1 }).plan('a', 'b')
    run.fail('a')
    expect(run.running).toEqual(['b'])
  })

  it('is not repeated when the strategy gives no delay, or something that is none', () => {
    for (const delay of [undefined, Number.NaN, Infinity]) {
      const run = story({ strategy: composeStrategy({ name: 'never', retry: { next: () => delay } }) }).plan('a')
      run.fail('a')
      expect(run.status('a')).toBe('failed')
    }
  })

  it('waits for a whole number of ms, never less than none', () => {
    for (const [delay, waits] of [
      [-5, 0],
      [0.2, 1],
    ] as const) {
      const run = story({ strategy: composeStrategy({ name: 'odd', retry: { next: () => delay } }) }).plan('a')
      run.fail('a')
      expect(run.of('task.retried')[0]?.notBefore).toBe(run.at + waits)
    }
  })
})

describe('a lost attempt', () => {
  it('counts as a retry when its host died, and ends as lost when they are spent (M-51)', () => {
    const run = story({ retry: { retriesMax: 1 } }).plan('a')
    run.lose('a')
    run.wait(200)
    run.lose('a')
    expect(run.of('task.lost')).toMatchObject([{ task: 'a', error: { code: 'HOST_DIED' } }])
  })

  it('costs no retry when its slot left or the manager was restarted', () => {
    const run = story({ slots: 3 }).plan('a')
    run.feed({ type: 'left', slot: 'worker/1', reason: 'drain' })
    run.feed({ type: 'recovered', managerEpoch: 2, owner: 'me' })
    expect(run.of('attempt.lost').map(({ evidence }) => evidence.clock)).toEqual(['drain', 'restart'])
    expect(run.of('task.retried').map(({ counted, retry }) => ({ counted, retry }))).toEqual([
      { counted: false, retry: 0 },
      { counted: false, retry: 0 },
    ])
    expect(run.of('task.assigned').at(-1)).toMatchObject({ epoch: 3, retry: 0 })
  })

  it('ends its task when restarts alone have used up the epochs, ten beyond the retries', () => {
    const run = story({ retry: { retriesMax: 2 } }).plan('a')
    for (let epoch = 2; run.status('a') === 'assigned'; epoch += 1) {
      run.feed({ type: 'recovered', managerEpoch: epoch, owner: 'me' })
    }
    expect(run.kernel.view.task('a')).toMatchObject({ status: 'lost', epoch: 13, retries: 0 })
  })
})

const delayFor = (seed: number) => {
  const run = story({ seed, strategy: composeStrategy({ name: 'default' }) }).plan('a')
  run.fail('a')
  return (run.of('task.retried')[0]?.notBefore ?? 0) - run.at
}

describe('the default backoff', () => {
  it('doubles up to its limit, between half and all of it', () => {
    const run = story({ retry: { backoffMs: 100, backoffMaxMs: 1_000 } })
    const error = { code: 'WORKER_THREW', message: '' } as const
    const delays = (draw: number) =>
      [0, 1, 2, 3, 4, 60].map((retry) => exponentialBackoff.next(retry, error, run.kernel.view, () => draw))
    expect(delays(0)).toEqual([50, 100, 200, 400, 500, 500])
    expect(delays(1)).toEqual([100, 200, 400, 800, 1_000, 1_000])
  })

  it('draws the same delay for the same task, epoch and seed', () => {
    expect(delayFor(1)).toBe(delayFor(1))
    expect(new Set([1, 2, 3, 4].map(delayFor)).size).toBeGreaterThan(1)
  })
})
