import { BosunError, Journal, type DurableFact, type Fact } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import {
  config,
  echo,
  expectClean,
  gate,
  of,
  rebound,
  stored,
  temporaryFolder,
  untilFact,
  world,
} from './world.fixture.ts'
import { WrappedJournal } from './wrapped-journal.fixture.ts'

const diskError = () => new BosunError('JOURNAL_WRITE_FAILED', { received: 'EIO' })

const chain = fanOut({
  name: 'chain',
  start: () => [
    task('echo', 1, { id: 'a' }),
    task('echo', 2, { id: 'b', dependsOn: ['a'] }),
    task('echo', 3, { id: 'c', dependsOn: ['b'] }),
    task('echo', 4, { id: 'd' }),
  ],
})

/** How the `nth` append fails: before it wrote, or after. */
interface Fault {
  readonly nth: number
  readonly written: boolean
  readonly error?: Error
}

function failing(journal: WrappedJournal, { nth, written, error = diskError() }: Fault): void {
  let count = 0
  journal.onAppend = async (_facts, write) => {
    count += 1
    if (count !== nth) return write()
    if (written) await write()
    throw error
  }
}

async function runWith(fault: Fault) {
  const journal = new WrappedJournal(new MemoryJournal())
  failing(journal, fault)
  const calls: string[] = []
  const counted = defineWorker({
    ...echoParts,
    run: ({ body }, { attempt }) => {
      calls.push(attempt.id)
      return body
    },
  })
  const { bosun } = await world({ workers: [counted], modules: [rebound(Journal, journal)] })
  const run = await bosun.run(chain, null, { run: 'r', config: config() })
  const seen: Fact[] = []
  run.facts$.subscribe((fact) => seen.push(fact))
  const { end } = await run.outcome
  return { journal, end, seen, calls, facts: await stored(bosun.journal, 'r') }
}

const echoParts = { name: 'echo', handles: 'echo', summary: 'Returns its body.', body: z.json(), result: z.json() }

describe('A journal that fails', () => {
  it('P2: costs a fold and nothing else, whichever append fails, and whether it was written or not', async () => {
    const faults = Array.from({ length: 6 }, (_, index) => [
      { nth: index + 1, written: false },
      { nth: index + 1, written: true },
    ]).flat()
    const runs = await Promise.all(faults.map(runWith))
    for (const [index, { journal, end, seen, facts }] of runs.entries()) {
      const fault = faults[index]
      expect({ fault, end }).toMatchObject({ fault, end: { type: 'run.completed', result: { result: [1, 2, 3, 4] } } })
      expectClean(facts)
      // Readers are told all that is stored, each fact once, in order: also what seemed to have failed.
      expect({ fault, seen: seen.flatMap(({ seq }) => (seq > 0 ? [seq] : [])) }).toEqual({
        fault,
        seen: facts.map(({ seq }) => seq),
      })
      expect(journal.acquisitionsCount).toBeLessThanOrEqual(2)
    }
    // The faults did strike: the run takes four appends, and each failed in both ways.
    expect(runs.filter(({ journal }) => journal.acquisitionsCount === 2)).toHaveLength(8)
  })

  it('P2: hears again what was reported and not stored, so that the work is not done twice', async () => {
    // The second append holds the results of `a` and `d`.
    const { calls, facts } = await runWith({ nth: 2, written: false })
    expect(calls.map((id) => id.replace(/@.*/, ''))).toEqual(['r/a', 'r/d', 'r/b', 'r/c'])
    expect(of(facts, 'manager.recovered')).toHaveLength(1)
    expect(of(facts, 'attempt.succeeded').slice(0, 2)).toMatchObject([
      { task: 'a', epoch: 1 },
      { task: 'd', epoch: 1 },
    ])
  })

  it('takes an error that is none of ours for a failed write', async () => {
    const { end } = await runWith({ nth: 3, written: true, error: new Error('EIO: i/o error, fsync') })
    expect(end?.type).toBe('run.completed')
  })

  it('P1, P2: gives the run up after three folds that led nowhere; it can be resumed when the disk is well again', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    const inner = gate()
    const waiting = defineWorker({
      ...echoParts,
      run: ({ body }, { signal }) => untilAborted(signal, inner.open, body),
    })
    const { bosun } = await world({ workers: [waiting], modules: [rebound(Journal, journal)] })
    const run = await bosun.run(chain, null, { run: 'r', config: config() })
    await untilFact(run, 'attempt.started')
    journal.onAppend = () => Promise.reject(diskError())
    const asked = run.pause('the disk is full')
    await expect(run.outcome).rejects.toMatchObject({ code: 'JOURNAL_WRITE_FAILED' })
    await expect(asked).rejects.toMatchObject({ code: 'JOURNAL_WRITE_FAILED' })
    await expect(run.result).rejects.toMatchObject({ code: 'JOURNAL_WRITE_FAILED' })
    expect(journal.acquisitionsCount).toBe(4)
    // What still ran was told to stop, and readers that iterate come to their end.
    await inner.opened
    expect(await Array.fromAsync(run)).toEqual([])

    journal.onAppend = (_facts, write) => write()
    const again = await (
      await world({ workers: [echo], modules: [rebound(Journal, journal)] })
    ).bosun.resume('r', {
      managers: [chain],
    })
    expect(await again.result).toMatchObject({ result: [1, 2, 3, 4] })
    expectClean(await stored(journal, 'r'))
  })

  it('X-08, R3: never folds again when another manager has taken over', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    failing(journal, { nth: 2, written: false, error: new BosunError('JOURNAL_FENCED') })
    const { bosun } = await world({ modules: [rebound(Journal, journal)] })
    const run = await bosun.run(chain, null, { run: 'r' })
    await expect(run.outcome).rejects.toMatchObject({ code: 'JOURNAL_FENCED' })
    expect(journal.acquisitionsCount).toBe(1)
  })

  it('keeps what a person asked while the run is folded again', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    const slow = gate()
    const { bosun } = await world({
      workers: [defineWorker({ ...echoParts, run: async ({ body }) => slow.opened.then(() => body) })],
      modules: [rebound(Journal, journal)],
    })
    const run = await bosun.run(chain, null, { config: config() })
    await untilFact(run, 'attempt.started')
    failing(journal, { nth: 1, written: false })
    await run.cancel('enough')
    slow.open()
    const { end } = await run.outcome
    expect(end).toMatchObject({ type: 'run.cancelled', reason: 'enough' })
    expect(journal.acquisitionsCount).toBe(2)
  })

  it('tells the end when it was stored although its append failed', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    journal.onAppend = async (facts, write) => {
      await write()
      if (of(facts, 'run.completed').length > 0) throw diskError()
    }
    const { bosun } = await world({ modules: [rebound(Journal, journal)] })
    const run = await bosun.run(chain, null, { config: config() })
    const types: string[] = []
    run.facts$.subscribe(({ type }) => types.push(type))
    expect(await run.result).toMatchObject({ result: [1, 2, 3, 4] })
    expect(types.at(-1)).toBe('run.completed')
  })

  it('P2: goes on in SQLite after a write that failed', async () => {
    const journal = new WrappedJournal(await SqliteJournal.open({ stateDir: temporaryFolder() }))
    failing(journal, { nth: 3, written: true })
    const { bosun } = await world({ modules: [rebound(Journal, journal)] })
    const run = await bosun.run(chain, null, { config: config() })
    expect(await run.result).toMatchObject({ result: [1, 2, 3, 4] })
    const facts: DurableFact[] = await stored(journal, run.run)
    expect(of(facts, 'manager.recovered')).toHaveLength(1)
    expectClean(facts)
  })

  it('leaves no acquired run behind when it cannot start or go on', async () => {
    const { bosun } = await world()
    const strict = fanOut({ name: 'strict', goal: z.object({}), start: () => [] })
    await expect(bosun.run(strict, 'text' as never, { run: 'r' })).rejects.toMatchObject({ code: 'GOAL_INVALID' })
    await expect(bosun.run(chain, null, { run: 'r', config: config({ strategy: 'unknown' }) })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    expect(await bosun.journal.runs()).toEqual([])
    const run = await bosun.run(chain, null, { run: 'r' })
    await run.outcome
    await expect(bosun.run(chain, null, { run: 'r' })).rejects.toMatchObject({ code: 'JOURNAL_CONFLICT' })
    await expect(bosun.resume('r', { managers: [chain] })).rejects.toMatchObject({ code: 'RUN_ENDED' })
    await expect(bosun.resume('r')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(bosun.resume('nobody')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' })
    expect(await bosun.journal.runs()).toMatchObject([{ run: 'r', owner: undefined }])
  })
})

function untilAborted<T>(signal: AbortSignal, told: () => void, value: T): Promise<T> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      told()
      resolve(value)
    })
  })
}
