import type { AnyWorker } from '@bosun/core'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { brokenPromises } from '../broken-promises.fixture.ts'
import * as workers from './broken-workers.fixture.ts'
import { KitHosts } from './kit-hosts.ts'
import type { ObservedRun } from './worker-bench.ts'
import { WorkerBench } from './worker-bench.ts'
import { promisesOfExample, promisesOfWorker } from './worker-promises.ts'

const options = { plugin: './broken-workers.fixture.ts', abortWithinMs: 3_000, progressWithinMs: 250 }
const hosts = KitHosts.claim('broken')
afterAll(() => hosts.release())

/** The beginnings of the promises that a worker breaks; `only` those whose titles match are asked. */
async function brokenBy(worker: AnyWorker, only = /./): Promise<readonly string[]> {
  const bench = await WorkerBench.open(worker, options, hosts, import.meta.filename)
  let undisturbed: Promise<ObservedRun> | undefined
  const subject = {
    worker,
    bench,
    index: 0,
    options,
    undisturbed: () => (undisturbed ??= bench.run(0)),
  }
  const { entry } = worker
  const promises = [...promisesOfExample(entry), ...promisesOfWorker(entry)].filter(({ title }) => only.test(title))
  expect(promises).not.toEqual([])
  return (await brokenPromises(promises, () => subject)).map((title) => title.split(/[,:]/)[0] ?? '')
}

// Limits are short here, and a loaded machine is not: what is late is told by the promise of it alone.
const UNTIMED = /^(?!it is never silent)/

describe('the promises of a worker', { timeout: 60_000 }, () => {
  it('are kept by a sound worker, and by one whose work is done once', async () => {
    expect(await brokenBy(workers.sound, UNTIMED)).toEqual([])
    expect(await brokenBy(workers.soundOnce, UNTIMED)).toEqual([])
  })

  it.each([
    ['whose result is not the one of its example', workers.liar, /^in a host/],
    ['that asks its model less than its example says', workers.taciturn, /^in a host/],
    ['that reaches beyond its grant, though it was denied', workers.nosy, /^it keeps inside/],
    ['that is silent for too long', workers.silent, /^it is never silent/],
    ['that does something else each time', workers.counting, /^with the same idempotency key/],
    ['that does not hear that it is stopped', workers.deaf, /^told to stop/],
    ['whose second attempt comes to something else', workers.moody, /^when its host dies/],
    ['that leaves a timer behind', workers.littering, /^without a host/],
    ['that leaves a rejection to nobody', workers.careless, /^without a host/],
  ])('find a worker %s', async (_, worker, promise) => {
    expect(await brokenBy(worker, promise)).toEqual([expect.stringMatching(promise)])
  })

  it('say which call was denied, and by which rule', async () => {
    const bench = await WorkerBench.open(workers.nosy, options, hosts, import.meta.filename)
    const subject = { worker: workers.nosy, bench, index: 0, options, undisturbed: () => bench.run(0) }
    const inside = promisesOfExample(workers.nosy.entry).find(({ title }) => title.startsWith('it keeps inside'))
    await expect(inside?.prove(subject)).rejects.toThrow(
      /denied or forged: read: files\.read\(in\/secret\.txt\) by files\.read/,
    )
  })

  it('find a plugin that takes bodies which its worker does not', async () => {
    const stricter = { ...workers.sound, body: z.strictObject({ path: z.literal('in/a.txt') }) }
    expect(await brokenBy(stricter, /^bodies/)).toEqual(['bodies that do not fit its schema are refused as that'])
  })

  it('find a plugin that repeats what its worker does once', async () => {
    const once = { ...workers.sound, entry: { ...workers.sound.entry, effects: 'once' as const } }
    expect(await brokenBy(once, /not repeated/)).toEqual(['when its host dies half-way'])
  })
})
