import { BosunError, type Fact, type Journal } from '@bosun/core'
import { delegate, fanOut, finish, foldManager, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  config,
  echo,
  echoes,
  expectClean,
  gate,
  of,
  stored,
  temporaryFolder,
  untilFact,
  world,
} from '../run/world.fixture.ts'

const parts = { name: 'work', handles: 'work', summary: 'Works.', body: z.json(), result: z.json() }

const works = (count: number) =>
  fanOut({
    name: 'works',
    start: () => Array.from({ length: count }, (_, index) => task('work', index, { id: `w${index}` })),
  })

/** Works until it is told to stop, and says so. */
const endless = (told: (id: string) => void) =>
  defineWorker({
    ...parts,
    run: (_input, { signal, attempt }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          told(attempt.id)
          reject(signal.reason as Error)
        })
      }),
  })

describe('Bosun', () => {
  it.each(['memory', 'sqlite'] as const)(
    'P22: closing gives up the runs that go on, stops their attempts and leaves them to be resumed (%s)',
    async (journal) => {
      const folder = temporaryFolder()
      const stopped: string[] = []
      const { bosun } = await world({ folder, journal, workers: [endless((id) => stopped.push(id))] })
      const run = await bosun.run(works(2), null, { run: 'r', config: config() })
      await untilFact(run, 'attempt.started', ({ task: id }) => id === 'w1')
      await bosun.close()
      await bosun.close()
      expect(await run.outcome).toEqual({ run: 'r', end: undefined })
      expect(stopped).toEqual(['r/w0@1', 'r/w1@1'])
      await expect(run.cancel('too late')).rejects.toMatchObject({ code: 'RUN_ENDED' })
      await expect(bosun.run(works(1), null)).rejects.toBeInstanceOf(BosunError)
      expect(await Array.fromAsync(run)).toEqual([])
      if (journal === 'memory') return

      const later = await world({ folder, journal, workers: [defineWorker({ ...parts, run: ({ body }) => body })] })
      const again = await later.bosun.resume('r', { managers: [works(2)] })
      expect(await again.result).toMatchObject({ result: [0, 1] })
      const facts = await stored(later.bosun.journal, 'r')
      expect(of(facts, 'attempt.lost').map(({ evidence }) => evidence.clock)).toEqual(['restart', 'restart'])
      expectClean(facts)
    },
  )

  it('M-12, X-08: the goal is what the journal holds, and the object of the caller stays its own', async () => {
    const { bosun } = await world()
    const manager = foldManager({
      name: 'mirror',
      initial: () => null,
      on: { goal: () => delegate(task('echo', 1, { id: 'a' })), settled: (_, __, view) => finish(view.goal) },
    })
    const goal = { list: [1], since: new Date(0) }
    const run = await bosun.run(manager as never, goal as never, { run: 'r', config: config() })
    goal.list.push(2)
    const result = await run.result
    expect(result).toEqual({ list: [1], since: '1970-01-01T00:00:00.000Z' })
    expect(of(await stored(bosun.journal, 'r'), 'run.started')[0]?.goal).toEqual(result)
    await expect(bosun.run(manager as never, (() => 1) as never)).rejects.toMatchObject({ code: 'GOAL_INVALID' })
  })

  it('M-04: as many attempts run at the same time as there are slots, however many that are', async () => {
    const count = 1_100
    let running = 0
    const all = gate()
    const worker = defineWorker({
      ...parts,
      async run({ body }) {
        running += 1
        if (running === count) all.open()
        await all.opened
        return body
      },
    })
    const { bosun } = await world({ workers: [worker] })
    const limits = { slotsMax: count, startsPerSecondMax: count }
    const run = await bosun.run(works(count), null, { config: config({ limits }) })
    expect((await run.outcome).end).toMatchObject({ type: 'run.completed', tally: { succeeded: count } })
  })

  it('M-09, M-29: keeps two runs of one container apart, with the same task ids', async () => {
    const both = gate()
    let running = 0
    const meeting = defineWorker({
      ...parts,
      run: async ({ body }, { task: own, attempt }) => {
        running += 1
        if (running === 4) both.open()
        await both.opened
        return [body, own.id, attempt.id]
      },
    })
    const { bosun } = await world({ workers: [meeting] })
    const runs = await Promise.all(['one', 'two'].map((run) => bosun.run(works(2), null, { run, config: config() })))
    const seen = runs.map((run) => {
      const facts: Fact[] = []
      run.facts$.subscribe((fact) => facts.push(fact))
      return facts
    })
    for (const [index, run] of runs.entries()) {
      const results = ['w0', 'w1'].map((id, nth) => [nth, id, `${run.run}/${id}@1`])
      expect(await run.result).toMatchObject({ result: results })
      const facts = await stored(bosun.journal, run.run)
      expect(seen[index]?.filter(({ seq }) => seq > 0)).toEqual(facts)
      expectClean(facts)
    }
  })

  it('gives each run the rules of its own configuration', async () => {
    const { bosun, container } = await world()
    expect(container).toBeDefined()
    const open = await bosun.run(echoes, 1, { config: config() })
    const denied = await bosun.run(echoes, 1, { config: config({ policy: { deny: ['test.write'] } }) })
    expect((await open.outcome).end?.type).toBe('run.completed')
    expect((await denied.outcome).end?.type).toBe('run.completed')
  })

  it('resumes with workers that have changed: gone slots leave, new workers are none of its business', async () => {
    const folder = temporaryFolder()
    const first = await world({ folder, journal: 'sqlite', workers: [endless(() => {}), echo] })
    const run = await first.bosun.run(works(1), null, { run: 'r', config: config({ limits: { slotsMax: 2 } }) })
    await untilFact(run, 'attempt.started')
    await first.bosun.close()
    const fewer = defineWorker({ ...parts, slotsMax: 1, run: ({ body }) => body })
    const other = defineWorker({ ...parts, name: 'new', handles: 'new', run: ({ body }) => body })
    const second = await world({ folder, journal: 'sqlite', workers: [fewer, other] })
    const again = await second.bosun.resume('r', { managers: [works(1)] })
    expect(await again.result).toMatchObject({ result: [0] })
    const facts = await stored(second.bosun.journal, 'r')
    expect(of(facts, 'worker.left').map(({ slot }) => slot)).toEqual(['work/2', 'echo/1', 'echo/2'])
    expectClean(facts)
  })

  it('takes commands that were left for a run before it was taken up', async () => {
    const folder = temporaryFolder()
    const first = await world({ folder, journal: 'sqlite', workers: [endless(() => {})] })
    const begun = await first.bosun.run(works(1), null, { run: 'r', config: config() })
    await untilFact(begun, 'attempt.started')
    await first.bosun.close()
    const second = await world({ folder, journal: 'sqlite', workers: [endless(() => {})] })
    const journal: Journal = second.bosun.journal
    const id = await journal.submit('r', { kind: 'cancel', body: { reason: 'not wanted' }, by: 'ann' })
    const run = await second.bosun.resume('r', { managers: [works(1)] })
    expect((await run.outcome).end).toMatchObject({ type: 'run.cancelled', by: 'ann', reason: 'not wanted' })
    expect(await journal.isSettled('r', id)).toBe(true)
  })
})
