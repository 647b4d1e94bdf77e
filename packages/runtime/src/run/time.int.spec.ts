import { Clock, HeartbeatMonitor, type Beat } from '@bosun/core'
import { fanOut, finish, foldManager, task, wake } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessHeartbeatMonitor } from '../broker/in-process-heartbeat-monitor.ts'
import { ManualClock } from './manual-clock.fixture.ts'
import { config, ended, expectClean, gate, of, rebound, untilFact, world } from './world.fixture.ts'

const LEASE_MS = 10_000
const settings = (change = {}) => config({ lease: { leaseMs: LEASE_MS, heartbeatMs: 2_000 }, ...change })

const one = fanOut({ name: 'one', start: () => [task('work', null, { id: 'a' })] })
const parts = { name: 'work', handles: 'work', summary: 'Works.', body: z.null(), result: z.number() }

/** Beats that a test can lose. */
class Beats extends InProcessHeartbeatMonitor {
  isLost = false
  override beat(beat: Beat): void {
    if (!this.isLost) super.beat(beat)
  }
}

/** A world whose time is in our hands, and whose worker waits until it is let go. */
async function timed(change = {}) {
  const clock = new ManualClock()
  const beats = new Beats()
  const hold = gate()
  const worker = defineWorker({
    ...parts,
    run: async (_input, { attempt, signal }) => {
      const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve))
      await Promise.race([hold.opened, stopped])
      return attempt.epoch
    },
  })
  const { bosun } = await world({
    workers: [worker],
    modules: [rebound(Clock, clock), rebound(HeartbeatMonitor, beats)],
  })
  const run = await bosun.run(one, null, { config: settings(change) })
  await untilFact(run, 'attempt.started')
  return { clock, beats, hold, run, journal: bosun.journal }
}

describe('Time', () => {
  it('M-53: a slow worker that beats keeps its lease for as long as it needs', async () => {
    const { clock, hold, run, journal } = await timed()
    await clock.advance(20 * LEASE_MS)
    hold.open()
    const { end, facts } = await ended(run, journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [1] } })
    expect(of(facts, 'attempt.lost')).toEqual([])
    expectClean(facts)
  })

  it('M-51, M-53, P7: a silent worker loses its lease when it runs out, and not before', async () => {
    const { clock, beats, hold, run, journal } = await timed()
    beats.isLost = true
    const startedAt = clock.now()
    await clock.advance(LEASE_MS - 1)
    expect(run.view.task('a')?.epoch).toBe(1)
    const lost = untilFact(run, 'attempt.lost')
    await clock.advance(1)
    expect(await lost).toMatchObject({ at: startedAt + LEASE_MS, error: { code: 'BEAT_MISSED' }, started: true })
    beats.isLost = false
    hold.open()
    const { end, facts } = await ended(run, journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [2] } })
    expectClean(facts)
  })

  it('P10: a process that was away takes no lease from workers that it could not hear', async () => {
    const { clock, beats, hold, run, journal } = await timed()
    beats.isLost = true
    await clock.advance(LEASE_MS / 2)
    const stalled = untilFact(run, 'manager.stalled')
    clock.jump(10 * LEASE_MS)
    expect((await stalled).gapMs).toBeGreaterThanOrEqual(10 * LEASE_MS)
    expect(run.view.task('a')).toMatchObject({ epoch: 1, status: 'assigned' })
    // Whoever is silent from now on is lost when what was left of its lease has passed.
    await clock.advance(LEASE_MS / 4)
    expect(run.view.task('a')).toMatchObject({ epoch: 1, status: 'assigned' })
    const lost = untilFact(run, 'attempt.lost')
    await clock.advance(LEASE_MS)
    await lost
    beats.isLost = false
    hold.open()
    const { end, facts } = await ended(run, journal)
    expect(end?.type).toBe('run.completed')
    expectClean(facts)
  })

  it('P10: sees the gap also when something else wakes the loop first', async () => {
    const { clock, beats, hold, run, journal } = await timed()
    beats.isLost = true
    await clock.advance(LEASE_MS / 2)
    const stalled = untilFact(run, 'manager.stalled')
    // Asked in the same pass in which the process was stopped: the turn comes before any timer.
    const asked = run.steer('go on')
    clock.jump(10 * LEASE_MS)
    await Promise.all([stalled, asked])
    expect(run.view.task('a')).toMatchObject({ epoch: 1, status: 'assigned' })
    hold.open()
    expect((await ended(run, journal)).facts.filter(({ type }) => type === 'attempt.lost')).toEqual([])
  })

  it('P11: an attempt has an end, even if it beats for ever', async () => {
    const { clock, hold, run, journal } = await timed({ limits: { timeoutMs: 3 * LEASE_MS } })
    const lost = untilFact(run, 'attempt.lost')
    await clock.advance(3 * LEASE_MS)
    expect(await lost).toMatchObject({ error: { code: 'ATTEMPT_TIMED_OUT' } })
    hold.open()
    expect((await ended(run, journal)).end?.type).toBe('run.completed')
  })

  it('P11, X-01: a run has an end, whatever hangs', async () => {
    const { clock, run, journal } = await timed({ limits: { wallTimeMs: 5 * LEASE_MS } })
    await clock.advance(5 * LEASE_MS)
    const { end, facts } = await ended(run, journal)
    expect(end).toMatchObject({ type: 'run.exhausted', causeCode: 'LIMIT_WALL_TIME', missing: ['a'] })
    expectClean(facts)
  })

  it('wakes the manager in time, moves its one timer when something is due earlier, and leaves none behind', async () => {
    const clock = new ManualClock()
    const begun = clock.now()
    const woken: [string, number][] = []
    const sleeper = foldManager({
      name: 'sleeper',
      initial: () => null,
      on: {
        goal: (_state, _message, view) => [wake('late', view.at + 60_000), wake('early', view.at + 5_000)],
        woke: (_state, message, view) => {
          woken.push([message.wake, view.at - begun])
          return message.wake === 'early' ? [wake('between', view.at + 10_000)] : []
        },
        settled: () => finish(null),
      },
    })
    const { bosun } = await world({ workers: [], modules: [rebound(Clock, clock)] })
    const run = await bosun.run(sleeper, null, { config: settings() })
    await untilFact(run, 'wake.set')
    expect(clock.waits).toContain(begun + 5_000)
    await clock.advance(100_000)
    expect((await run.outcome).end?.type).toBe('run.completed')
    expect(woken.map(([name]) => name)).toEqual(['early', 'between', 'late'])
    expect(clock.waits).toEqual([])
  })
})
