import { setTimeout as pause } from 'node:timers/promises'
import type { AnyWorker, WorkerContext } from '@bosun/core'
import { delegate, finish, foldManager } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { sealedWorker } from './sealed/sealed-worker.ts'

/** Out of reach for every guard. */
const kept = globalThis.setTimeout
/** What a module remembers from one schedule to the next; the sealed fixture does the same. */
let used = 0

const manager = foldManager({
  name: 'three-pages',
  initial: () => null,
  on: {
    goal: () => delegate(['a', 'b', 'c'].map((id) => ({ id, type: 'page', body: 100 }))),
    settled: () => finish('done'),
  },
})

const workerOf = (run: (context: WorkerContext) => Promise<number>): AnyWorker =>
  defineWorker({
    name: 'page-writer',
    summary: 'Writes a page.',
    handles: 'page',
    body: z.number(),
    result: z.number(),
    run: (_, context) => run(context as unknown as WorkerContext),
  })

const simulatorOf = (page: AnyWorker) =>
  createSimulator(settingOf({ kind: 'manager', manager }, { workers: { page }, goal: null }))

const steady = workerOf(async ({ clock, random, progress }) => {
  for (let step = 0; step < 5; step += 1) {
    await clock.sleep(100 * random())
    progress('goes on')
  }
  return clock.now()
})

describe('real workers in the simulated world', () => {
  it('run the same way each time, whatever befalls them', async () => {
    const simulator = simulatorOf(steady)
    for (let seed = 1; seed <= 20; seed += 1) {
      const one = await simulator.traceAsync(randomChoices(seed))
      const other = await simulator.traceAsync(randomChoices(seed))
      expect([one.end.fault, one.hash]).toEqual([undefined, other.hash])
    }
  })

  it('run the same way each time when they are sealed', async () => {
    const url = new URL('./sealed/sealed-worker.fixture.ts', import.meta.url)
    const simulator = simulatorOf(sealedWorker(url, 'counter'))
    const one = await simulator.traceAsync(randomChoices(3))
    const other = await simulator.traceAsync(randomChoices(3))
    expect([one.end.fault, one.hash]).toEqual([undefined, other.hash])
  })

  it.each<[string, string, (context: WorkerContext) => Promise<unknown>]>([
    ['reads the clock', 'SUBJECT_AMBIENT', async () => Date.now()],
    ['waits on an imported timer', 'SUBJECT_AMBIENT', () => pause(1)],
    ['waits on a timer that it kept', 'SUBJECT_ESCAPED', () => new Promise((resolve) => kept(resolve, 1))],
    ['drops a rejected promise', 'SUBJECT_THREW', async () => void Promise.reject(new Error('dropped'))],
  ])('end the schedule with the line of code that %s: %s', async (_, code, act) => {
    const simulator = simulatorOf(
      workerOf(async (context) => {
        await context.clock.sleep(10)
        await act(context)
        return 1
      }),
    )
    // The plainest world: nothing but the code can go wrong.
    const { end } = await simulator.traceAsync(plainest)
    expect(end.fault).toMatchObject({ code, at: expect.stringMatching(/lanes-in-the-world\.int\.spec\.ts:\d+/) })
    expect((await simulator.runAsync(plainest)).fault?.code).toBe(code)
  })

  it('show what they keep in a module when a schedule is run twice', async () => {
    const simulator = simulatorOf(workerOf(async () => (used += 1)))
    const one = await simulator.traceAsync(plainest)
    const other = await simulator.traceAsync(plainest)
    expect([one.end.fault, one.hash === other.hash]).toEqual([undefined, false])
  })
})

const plainest = { pick: () => 0, chance: () => false, fault: () => false }
