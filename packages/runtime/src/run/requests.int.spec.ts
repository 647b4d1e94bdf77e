import { Clock, HeartbeatMonitor, Journal, type Command, type Json } from '@bosun/core'
import { delegate, fanOut, finish, foldManager, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessHeartbeatMonitor } from '../broker/in-process-heartbeat-monitor.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { ManualClock } from './manual-clock.fixture.ts'
import { config, ended, expectClean, gate, of, pass, rebound, stored, untilFact, world } from './world.fixture.ts'
import { WrappedJournal } from './wrapped-journal.fixture.ts'

const parts = { name: 'work', handles: 'work', summary: 'Works.', body: z.json(), result: z.json() }

const tasks = fanOut({
  name: 'tasks',
  start: () => [
    task('work', 'a', { id: 'a' }),
    task('work', 'b', { id: 'b', dependsOn: ['a'] }),
    task('work', 'c', { id: 'c' }),
  ],
})

/** A world with one slot or more, and a worker that waits until it is let go or stopped. */
async function held(slotsMax = 8) {
  const hold = gate()
  const { bosun } = await world({
    workers: [
      defineWorker({
        ...parts,
        run: async ({ body }, { signal }) => {
          const stopped = new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          })
          await Promise.race([hold.opened, stopped])
          return body
        },
      }),
    ],
  })
  const run = await bosun.run(tasks, null, { run: 'r', config: config({ limits: { slotsMax } }) })
  await untilFact(run, 'attempt.started')
  return { bosun, run, hold, journal: bosun.journal }
}

/** Leaves a command as another process does, and waits until it is settled. */
async function submit(journal: Journal, kind: Command['kind'], body: Json) {
  const id = await journal.submit('r', { kind, body, by: 'ann' })
  return {
    settled: async () => {
      while (!(await journal.isSettled('r', id))) await pass()
    },
  }
}

describe('What is asked of a run', () => {
  it('X-02, T-35: a cancelled run ends with every task accounted for, and its attempts are stopped', async () => {
    const { run, journal } = await held()
    await run.cancel('enough')
    const facts = await stored(journal, 'r')
    expect(of(facts, 'run.cancelled'), 'resolved after it was durable').toHaveLength(1)
    const { end } = await run.outcome
    expect(end).toMatchObject({
      type: 'run.cancelled',
      reason: 'enough',
      by: 'user',
      tally: { total: 3, cancelled: 3 },
    })
    await expect(run.result).rejects.toThrow('without a, b, c')
    await run.cancel('again')
    expectClean(await stored(journal, 'r'))
  })

  it('names the tasks that are missing from the result', async () => {
    const { bosun } = await world({
      workers: [
        defineWorker({
          ...parts,
          run: () => {
            throw new Error('broken')
          },
        }),
      ],
    })
    const run = await bosun.run(tasks, null, { config: config() })
    await expect(run.result).rejects.toThrow(/run ended failed \(TASKS_UNSUCCESSFUL\).*without a, b, c/s)
    const { facts } = await ended(run, bosun.journal)
    expect(of(facts, 'task.skipped')).toMatchObject([{ task: 'b', because: 'a' }])
    expectClean(facts)
  })

  it('T-35: a paused run lets what runs end, then rests, and goes on when it is resumed', async () => {
    const { bosun, run, hold, journal } = await held(1)
    await run.pause('lunch')
    let isAtRest = false
    const resting = run.outcome.then((outcome) => {
      isAtRest = true
      return outcome
    })
    await pass()
    expect(isAtRest, 'an attempt still runs').toBe(false)
    hold.open()
    expect(await resting).toEqual({ run: 'r', end: undefined })
    const facts = await stored(journal, 'r')
    expect(of(facts, 'task.succeeded').map(({ task: id }) => id)).toEqual(['a'])
    expect(of(facts, 'task.assigned'), 'nothing more was started').toHaveLength(1)
    expect(await journal.runs()).toMatchObject([{ run: 'r', state: 'paused', owner: undefined }])
    await expect(run.result).rejects.toThrow('a paused run')
    await expect(run.cancel('too late')).rejects.toMatchObject({ code: 'RUN_ENDED' })

    const again = await bosun.resume('r', { managers: [tasks] })
    expect(await again.result).toMatchObject({ result: ['a', 'b', 'c'] })
    expectClean(await stored(journal, 'r'))
  })

  it('stays paused when it is taken up without being let go on', async () => {
    const { bosun, run, hold } = await held()
    await run.pause('lunch')
    hold.open()
    await run.outcome
    const again = await bosun.resume('r', { managers: [tasks], unpause: false })
    expect((await again.outcome).end).toBeUndefined()
  })

  it('a paused run whose retries wait for their time is at rest', async () => {
    const { bosun } = await world({
      workers: [
        defineWorker({
          ...parts,
          run: () => {
            throw new Error('broken')
          },
        }),
      ],
    })
    const run = await bosun.run(tasks, null, {
      config: config({ retry: { backoffMs: 3_600_000, backoffMaxMs: 3_600_000 } }),
    })
    await untilFact(run, 'task.retried')
    await run.pause('while they wait')
    expect((await run.outcome).end).toBeUndefined()
  })

  it('a late beat does not keep a paused run from resting', async () => {
    const beats = new InProcessHeartbeatMonitor()
    const { bosun } = await world({
      workers: [defineWorker({ ...parts, run: ({ body }) => body })],
      modules: [rebound(HeartbeatMonitor, beats)],
    })
    const run = await bosun.run(tasks, null, { run: 'r', config: config() })
    // At every batch of facts comes a beat of an attempt that is over, which leads to no fact.
    run.facts$.subscribe(() => beats.beat({ run: 'r', task: 'a', epoch: 1, type: 'beat' }))
    await run.pause('at once')
    expect((await run.outcome).end).toBeUndefined()
  })

  it('can be let go on before it rests', async () => {
    const { run, hold } = await held(1)
    await run.pause('lunch')
    await run.unpause()
    hold.open()
    expect(await run.result).toMatchObject({ result: ['a', 'b', 'c'] })
  })

  it('a waiver or a cancellation of a task that is not there changes nothing', async () => {
    const { run, hold, journal } = await held()
    await run.waive(['nobody'], 'typo')
    await run.cancel('typo', { kind: 'task', task: 'nobody' })
    hold.open()
    expect((await run.outcome).end?.type).toBe('run.completed')
    expect(of(await stored(journal, 'r'), 'waiver.given')).toEqual([])
  })

  it('tells the manager what a person says', async () => {
    const listener = foldManager({
      name: 'listener',
      initial: () => ({ heard: [] as string[] }),
      on: {
        goal: () => delegate(task('work', 1, { id: 'a' })),
        steer: (state, { text, by }) => void state.heard.push(`${by}: ${text}`),
        settled: (state) => finish(state.heard),
      },
    })
    const hold = gate()
    const { bosun } = await world({
      workers: [defineWorker({ ...parts, run: ({ body }) => hold.opened.then(() => body) })],
    })
    const run = await bosun.run(listener, null, { config: config() })
    await run.steer('more of the same', 'ann')
    hold.open()
    expect(await run.result).toEqual(['ann: more of the same'])
  })
})

describe('A run that is given up while its end is written', () => {
  it('X-01, T-35: tells that it has ended, and keeps what was asked of it', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    const reached = gate()
    const hold = gate()
    journal.onAppend = async (facts, write) => {
      if (of(facts, 'run.cancelled').length > 0) {
        reached.open()
        await hold.opened
      }
      await write()
    }
    const { bosun } = await world({
      workers: [defineWorker({ ...parts, run: () => new Promise<null>(() => {}) })],
      modules: [rebound(Journal, journal)],
    })
    const run = await bosun.run(tasks, null, { run: 'r', config: config() })
    await untilFact(run, 'attempt.started')
    const cancelled = run.cancel('enough')
    await reached.opened
    const closed = bosun.close()
    hold.open()
    await closed
    expect((await run.outcome).end?.type).toBe('run.cancelled')
    await expect(cancelled).resolves.toBeUndefined()
  })
})

describe('A command of another process', () => {
  it('cancels a subtree, and is settled after its fact is durable', async () => {
    const { run, hold, journal } = await held()
    const { settled } = await submit(journal, 'cancel', { task: 'a', reason: 'not wanted' })
    await settled()
    const facts = await stored(journal, 'r')
    expect(of(facts, 'task.cancelled')).toMatchObject([{ task: 'a', by: 'ann', reason: 'not wanted' }, { task: 'b' }])
    hold.open()
    expect((await run.outcome).end).toMatchObject({ type: 'run.failed', missing: ['a', 'b'], tally: { succeeded: 1 } })
  })

  it('cancels the run, pauses it, lets it go on, steers and waives', async () => {
    const { run, hold, journal } = await held(1)
    for (const [kind, body] of [
      ['pause', { reason: 'lunch' }],
      ['resume', {}],
      ['steer', { text: 'go on' }],
      ['cancel', { task: 'c', reason: 'not wanted' }],
      ['waive', { tasks: ['c'], reason: 'not wanted' }],
      ['waive', { tasks: ['nobody'], reason: 'typo' }],
      ['cancel', { task: 'nobody', reason: 'typo' }],
      ['raise-limit', { limit: 'unknown to this version' }],
      ['cancel', 'no object'],
    ] as const) {
      await (await submit(journal, kind, body)).settled()
    }
    hold.open()
    expect((await run.outcome).end).toMatchObject({ type: 'run.completed', waived: ['c'] })
    const facts = await stored(journal, 'r')
    for (const type of ['run.paused', 'run.resumed', 'steer.received', 'task.cancelled', 'waiver.given'] as const) {
      expect(of(facts, type)).toMatchObject([{ type, by: 'ann' }])
    }
    expectClean(facts)
  })

  it('cancels the run', async () => {
    const { run, journal } = await held()
    const { settled } = await submit(journal, 'cancel', { reason: 'enough' })
    await settled()
    expect((await run.outcome).end).toMatchObject({ type: 'run.cancelled', by: 'ann', reason: 'enough' })
  })

  it('that comes too late is settled by the end of the run, so that nobody waits for it', async () => {
    const { run, hold, journal } = await held()
    hold.open()
    await untilFact(run, 'run.completed')
    const { settled } = await submit(journal, 'pause', {})
    await settled()
    expect((await run.outcome).end?.type).toBe('run.completed')
  })

  it.each([
    ['raise-limit', { limits: { wallTimeMs: 1_000_000 } }, 'run.completed'],
    ['pause', { reason: 'from before' }, 'run.completed'],
    ['cancel', { reason: 'enough' }, 'run.cancelled'],
  ] as const)(
    'T-35: %s that waits for whoever resumes the run counts before anything is started and time goes on',
    async (kind, body, expected) => {
      const journal = new WrappedJournal(new MemoryJournal())
      const clock = new ManualClock()
      // As long as it takes a thread to answer.
      journal.commands = async (run) => {
        for (let count = 0; count < 3; count += 1) await pass()
        return journal.inner.commands(run)
      }
      const { bosun } = await world({
        workers: [defineWorker({ ...parts, run: ({ body: given }) => given })],
        modules: [rebound(Journal, journal), rebound(Clock, clock)],
      })
      const run = await bosun.run(tasks, null, { run: 'r', config: config({ limits: { wallTimeMs: 10_000 } }) })
      await run.pause('lunch')
      await run.outcome
      const assignedCount = of(await stored(journal, 'r'), 'task.assigned').length
      if (kind === 'raise-limit') clock.jump(20_000)
      const { settled } = await submit(journal, kind, body)
      const again = await bosun.resume('r', { managers: [tasks] })
      expect((await again.outcome).end?.type).toBe(expected)
      await settled()
      const facts = await stored(journal, 'r')
      expect(of(facts, 'task.assigned')).toHaveLength(kind === 'cancel' ? assignedCount : 3)
      expectClean(facts)
    },
  )

  it('stays for the next manager when this one cannot read it', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    journal.commands = () => Promise.reject(new Error('EIO'))
    const { bosun } = await world({
      workers: [defineWorker({ ...parts, run: ({ body }) => body })],
      modules: [rebound(Journal, journal)],
    })
    const run = await bosun.run(tasks, null, { run: 'r', config: config() })
    expect(await run.result).toMatchObject({ result: ['a', 'b', 'c'] })
  })
})
