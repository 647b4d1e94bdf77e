import type { Fact, Json } from '@bosun/core'
import { commutative, defineManager, foldOutcomes, streaming, task, type TaskOutcome } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { lastValueFrom, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { config, echo, gate, pass, stored, world } from './world.fixture.ts'

/** So many numbers, summed up as they come. */
const sums = streaming({
  name: 'sums',
  start: (count: number) => Array.from({ length: count }, (_, index) => task('echo', index, { id: `e${index}` })),
  reduce: commutative((sum: number, one: number) => sum + one, 0),
  everyMs: 0,
})

function throwing(): never {
  throw new Error('broken reader')
}

describe('The streams of a run', () => {
  it('M-36 M-40: tell an early subscriber, a late one and a slow loop the same outcomes, in order', async () => {
    const { bosun } = await world()
    const run = await bosun.run(sums, 200, { config: config() })
    const early: TaskOutcome[] = []
    run.outcomes$.subscribe((outcome) => early.push(outcome))
    const looped: TaskOutcome[] = []
    const loop = (async () => {
      for await (const outcome of run.outcomes$) {
        await pass()
        looped.push(outcome)
      }
    })()
    await run.outcome
    const late = await lastValueFrom(run.outcomes$.pipe(toArray()))
    await loop
    expect(early).toHaveLength(200)
    expect(early[0]).toEqual({
      run: run.run,
      task: 'e0',
      taskType: 'echo',
      outcome: 'succeeded',
      attempt: `${run.run}/e0@1`,
      result: 0,
    })
    expect(late).toEqual(early)
    expect(looped).toEqual(early)
  })

  it('M-36: tell outcomes as the manager hears them', async () => {
    const heard: TaskOutcome[] = []
    const listening = defineManager<number>({
      name: 'listening',
      program: (inbox$, view) => {
        inbox$.subscribe((message) => {
          if (message.type !== 'outcome') return
          const { type: _type, seq: _seq, ...outcome } = message
          heard.push(outcome)
        })
        return sums.program(inbox$, view)
      },
    })
    const failing = defineWorker({
      name: 'failing',
      handles: 'echo',
      summary: 'Fails at every third.',
      body: z.number(),
      result: z.number(),
      run({ body }) {
        if (body % 3 === 0) throw new Error(`no ${body}`)
        return body
      },
    })
    const { bosun } = await world({ workers: [failing] })
    const run = await bosun.run(listening, 12, { config: config({ retry: { retriesMax: 0 } }) })
    await run.outcome
    expect(await lastValueFrom(run.outcomes$.pipe(toArray()))).toEqual(heard)
    expect(heard.map(({ outcome }) => outcome)).toContain('failed')
  })

  it('M-39: a fold over the outcomes comes to what the run finishes with', async () => {
    const { bosun } = await world()
    const run = await bosun.run(sums, 50, { config: config() })
    const folded = lastValueFrom(
      run.outcomes$.pipe(foldOutcomes(commutative((sum: number, one: number) => sum + one, 0))),
    )
    const { result, contains } = (await run.result) as { result: number; contains: string[] }
    const { value, contains: seen, missing } = await folded
    expect({ value, missing }).toEqual({ value: result, missing: [] })
    expect(seen.toSorted()).toEqual(contains.toSorted())
  })

  it('replay what the log holds to who comes after a resume, and go on from there', async () => {
    const { bosun } = await world({ managers: [sums] })
    const run = await bosun.run(sums, 20, { run: 'r', config: config({ limits: { slotsMax: 1 } }) })
    await run.pause('lunch')
    await run.outcome
    const resumed = await bosun.resume('r')
    const facts: Fact[] = []
    const done = new Promise<void>((resolve) => {
      resumed.facts$.subscribe({ next: (fact) => facts.push(fact), complete: resolve })
    })
    await done
    const all = await stored(bosun.journal, 'r')
    expect(facts.filter(({ seq }) => seq > 0)).toEqual(all)
    expect(all.at(-1)?.type).toBe('run.completed')
  })

  it('emitted$ and progress$ tell what workers say, the one replayed and the other as it comes', async () => {
    const door = gate()
    const chatty = defineWorker({
      name: 'chatty',
      handles: 'echo',
      summary: 'Says a lot.',
      body: z.number(),
      result: z.number(),
      async run({ body }, { emit, progress }) {
        emit(`part of ${body}`)
        progress('half', { done: 1, total: 2 })
        await door.opened
        return body
      },
    })
    const { bosun } = await world({ workers: [chatty] })
    const run = await bosun.run(sums, 1, { config: config() })
    const half = lastValueFrom(run.progress$.pipe(take(1)))
    expect(await half).toMatchObject({ type: 'attempt.progressed', task: 'e0', note: 'half', done: 1, total: 2 })
    door.open()
    await run.outcome
    expect(await lastValueFrom(run.emitted$.pipe(toArray()))).toMatchObject([{ task: 'e0', value: 'part of 0' }])
  })

  it('M-40: partial$ carries counts and the mark that it is not final, and thins for a slow loop only', async () => {
    const { bosun } = await world()
    const run = await bosun.run(sums, 100, { config: config() })
    const seen: Json[] = []
    run.partial$.subscribe((partial) => seen.push(partial))
    const iterator = run.partial$[Symbol.asyncIterator]()
    await run.outcome
    expect(seen).toHaveLength(100)
    expect(seen.at(-1)).toMatchObject({ final: false, done: 100, total: 100, missing: [] })
    const looped: Json[] = []
    for await (const partial of { [Symbol.asyncIterator]: () => iterator }) looped.push(partial)
    // Each partial result may name every task, so few of them are kept.
    expect(looped.length).toBeLessThanOrEqual(16)
    expect(looped).toEqual(seen.slice(-looped.length))
  })

  it('a subscriber that throws hurts only itself, early or late', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error) => warnings.push(warning.message)
    process.on('warning', onWarning)
    try {
      const { bosun } = await world({ workers: [echo] })
      const run = await bosun.run(sums, 3, { config: config() })
      run.outcomes$.subscribe(throwing)
      await run.outcome
      run.outcomes$.subscribe(throwing)
      expect(await lastValueFrom(run.outcomes$.pipe(toArray()))).toHaveLength(3)
      await pass()
      expect(warnings.filter((text) => text.includes('broken reader'))).toHaveLength(2)
    } finally {
      process.off('warning', onWarning)
    }
  })
})
