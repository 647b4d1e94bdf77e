import { describe, expect, it } from 'vitest'
import { deadline } from './deadline.ts'
import { finish, story, task } from './kernel.fixture.ts'

describe('the time at which a run has to be looked at next', () => {
  const lease = { leaseMs: 1_000 }

  it('is the end of its own time when nothing else is due', () => {
    expect(deadline(story({ limits: { wallTimeMs: 777 } }).kernel)).toBe(1_777)
  })

  it('is the first of a lease, a time limit and the clock of progress', () => {
    expect(deadline(story({ lease }).plan('a').kernel)).toBe(2_000)
    expect(deadline(story({ lease }).plan(task('a', { limits: { timeoutMs: 300 } })).kernel)).toBe(1_300)
    expect(deadline(story({ lease: { leaseMs: 1_000, progressTimeoutMs: 50 } }).plan('a').kernel)).toBe(1_050)
  })

  it('is the end of a backoff, a wake or the time of the planner', () => {
    const run = story().plan('a')
    run.fail('a')
    expect(deadline(run.kernel)).toBe(1_200)
    run.feed({ type: 'steer', text: 'x', by: 'ada' })
    run.answer({ type: 'wake', wake: 'w', at: 1_100 })
    expect(deadline(run.kernel)).toBe(1_100)
    const planned = story({ limits: { planTimeoutMs: 30 } })
    planned.answer({ type: 'plan', request: 'p', goal: null })
    expect(deadline(planned.kernel)).toBe(1_030)
  })

  it('is when the start rate opens, and not again once that has been looked at (time stood still)', () => {
    const run = story({ limits: { startsPerSecondMax: 1 }, lease: { leaseMs: 60_000 } }).plan('a', 'b', 'c')
    expect(deadline(run.kernel)).toBe(2_000)
    expect(run.wait(1_000)).toMatchObject([{ type: 'task.assigned', task: 'b' }])
    expect(deadline(run.kernel)).toBeGreaterThan(run.at)
  })

  it('is not when the start rate opens while every slot is busy: it stayed in the past until one was free', () => {
    const rate = { limits: { startsPerSecondMax: 1 }, lease: { leaseMs: 60_000 } }
    const busy = story({ ...rate, slots: 1 }).plan('a', 'b')
    expect(deadline(busy.kernel)).toBe(61_000)
    expect(busy.wait(1_500)).toEqual([])
    expect(deadline(busy.kernel)).toBe(61_000)
    const capped = story({ ...rate, limits: { ...rate.limits, slotsMax: 1 } }).plan('a', 'b')
    expect(deadline(capped.kernel)).toBe(61_000)
    busy.succeed('a')
    expect(busy.kernel.view.task('b')?.status).toBe('assigned')
  })

  it('is when the start rate opens once a slot is free again', () => {
    const run = story({ limits: { startsPerSecondMax: 1 }, slots: 1, lease: { leaseMs: 60_000 } }).plan('a', 'b')
    run.succeed('a')
    expect(deadline(run.kernel)).toBe(2_000)
  })

  it('leaves out the queue while the run is paused', () => {
    const run = story({ slots: 0, limits: { queueWaitMs: 10 } }).plan('a')
    expect(deadline(run.kernel)).toBe(1_010)
    run.feed({ type: 'pause', by: 'ada', reason: 'x' })
    expect(deadline(run.kernel)).toBeUndefined()
  })

  it('does not come once the run has ended', () => {
    const run = story()
    run.answer(finish)
    expect(deadline(run.kernel)).toBeUndefined()
  })
})
