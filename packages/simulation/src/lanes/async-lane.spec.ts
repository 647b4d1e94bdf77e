import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnyWorker, Json, WorkerContext } from '@bosun/core'
import { declareTool, defineWorker } from '@bosun/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AsyncLane } from './async-lane.ts'
import { smallWorld } from './small-world.fixture.ts'

/** Out of reach for every guard. */
const kept = globalThis.setTimeout
const lookup = declareTool({
  name: 'web.lookup',
  summary: 'Looks up.',
  access: 'read',
  input: z.string(),
  output: z.json(),
})

function workerOf(run: (context: WorkerContext, body: Json) => unknown): AnyWorker {
  return defineWorker({
    name: 'page-writer',
    summary: 'Does what a test says.',
    handles: 'page',
    body: z.json(),
    result: z.union([z.string(), z.number(), z.null()]),
    run: ({ body }, context) => run(context as unknown as WorkerContext, body as Json) as string,
  })
}

let lane: AsyncLane
beforeEach(async () => {
  lane = new AsyncLane()
  await lane.open()
})
afterEach(() => lane.close())

describe('the async lane', () => {
  it('runs the real code of workers on simulated time, one event after the other', async () => {
    const world = smallWorld(lane)
    const worker = workerOf(async ({ clock, emit, discover, progress }, body) => {
      progress('begins')
      await clock.sleep(body as number)
      emit(clock.now())
      for (let index = 0; index < 300; index += 1) await Promise.resolve()
      discover({ found: body })
      return 'done'
    })
    world.start(worker, 'a', 3_000)
    world.start(worker, 'b', 2_000)
    await world.run()
    expect(world.log).toEqual([
      '0 a: progress begins',
      '0 b: progress begins',
      '2000 b: emit 2000',
      '2000 b: discover {"found":2000}',
      '2000 b: result "done"',
      '3000 a: emit 3000',
      '3000 a: discover {"found":3000}',
      '3000 a: result "done"',
    ])
    expect(world.faults).toEqual([])
  })

  it('finishes code that is synchronous at once, and one that never waits after one settling', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(() => 1),
      'sync',
    )
    expect(world.log).toEqual(['0 sync: result 1'])
    world.start(
      workerOf(async () => 2),
      'async',
    )
    await lane.settle()
    expect(world.log).toEqual(['0 sync: result 1', '0 async: result 2'])
    expect(lane.restless).toBe(false)
  })

  it('treats what a worker returns and throws as a run does', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(() => ({ nonsense: true })),
      'wrong',
    )
    world.start(
      workerOf(async () => {
        throw new Error('broken')
      }),
      'threw',
    )
    world.start(
      workerOf(
        // A promise that settles twice settles once.
        () =>
          new Promise((resolve, reject) => {
            for (const settle of [() => resolve(1), () => reject(new Error('twice'))]) settle()
          }),
      ),
      'twice',
    )
    await world.run()
    expect(world.log).toEqual(['0 wrong: RESULT_INVALID', '0 threw: WORKER_THREW', '0 twice: result 1'])
  })

  it('ends sleeps with the reason when an attempt is told to stop, and the code has the last word', async () => {
    const world = smallWorld(lane)
    const worker = workerOf(async ({ clock, signal }) => {
      const heard: string[] = []
      signal.addEventListener('abort', () => heard.push('signal'))
      await clock.sleep(60_000).catch((error: { code: string }) => heard.push(error.code))
      return heard.join()
    })
    const attempt = world.start(worker, 'a')
    world.at(500, () => attempt.abort())
    await world.run()
    expect(world.log).toEqual(['500 a: result "signal,ATTEMPT_DEAD"'])
  })

  it('lets nothing of an attempt that was cut off reach the world', async () => {
    const world = smallWorld(lane)
    const attempt = world.start(
      workerOf(async ({ clock, emit }) => {
        await clock.sleep(10)
        emit('late')
        return 'late'
      }),
      'a',
    )
    world.at(5, () => attempt.kill())
    await world.run()
    expect([world.log, world.faults]).toEqual([[], []])
  })

  it('makes tool calls waits of the world, whose answer counts once', async () => {
    const worker = defineWorker({
      name: 'reader',
      summary: 'Looks up.',
      handles: 'page',
      body: z.string(),
      result: z.json(),
      tools: { lookup },
      run: async ({ body }, { tools }) => {
        const first = await tools.lookup(body)
        return tools.lookup('fail').catch((error: { code: string }) => `${String(first)}, then ${error.code}`)
      },
    })
    const world = smallWorld(lane, (_, input) =>
      input === 'fail' ? { error: { code: 'TOOL_FAILED', message: 'down' } } : { value: `${String(input)}!` },
    )
    world.start(worker, 'a', 'mars')
    await world.run()
    expect(world.log).toEqual([
      '0 a: lookup "mars"',
      '1000 a: lookup "fail"',
      '2000 a: result "mars!, then TOOL_FAILED"',
    ])
  })
})

describe('the escape guard', () => {
  it('names the worker and its last context call when code waits for something else', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(async ({ clock }) => {
        await clock.sleep(20)
        await new Promise(() => {})
      }),
      'a',
    )
    await world.run()
    expect(world.faults).toHaveLength(1)
    expect(world.faults[0]).toMatchObject({ code: 'SUBJECT_ESCAPED' })
    expect(world.faults[0]?.message).toMatch(/^worker page-writer: .*run\/a@1; last context call: clock\.sleep\(20\)/)
  })

  it('does not mistake code that waits for the order to stop', async () => {
    const world = smallWorld(lane)
    const attempt = world.start(
      workerOf(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')))),
      'a',
    )
    world.at(50, () => attempt.abort())
    await world.run()
    expect([world.log, world.faults]).toEqual([['50 a: result "stopped"'], []])
  })

  it('lets code finish that goes on in ticks, as streams in memory do', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(async () => {
        let sum = 0
        for await (const part of Readable.from([1, 2, 3])) sum += part as number
        return sum
      }),
      'a',
    )
    await world.run()
    expect([world.log, world.faults]).toEqual([['0 a: result 6'], []])
  })

  it.each([
    ['a timer that was kept from before', () => new Promise((resolve) => kept(resolve, 1))],
    ['the file system', () => readFile(import.meta.filename)],
  ])('names file and line of a wait for %s in the second, diagnosing run', async (_, wait) => {
    lane.close()
    lane = new AsyncLane({ diagnosing: true })
    await lane.open()
    const world = smallWorld(lane)
    world.start(
      workerOf(async ({ clock }) => {
        await clock.sleep(20)
        await wait()
      }),
      'a',
    )
    await world.run()
    expect(world.faults.map(({ code }) => code)).toEqual(['SUBJECT_ESCAPED'])
    expect(world.faults[0]?.at).toMatch(/async-lane\.spec\.ts:\d+:\d+$/)
  })

  it('tells of a rejected promise that code has dropped, and lives on', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(async () => {
        void Promise.reject(new Error('dropped'))
        return 1
      }),
      'a',
    )
    await world.run()
    expect(world.faults).toMatchObject([{ code: 'SUBJECT_THREW' }])
    expect(world.faults[0]?.message).toContain('dropped')
    expect(world.faults[0]?.at).toMatch(/async-lane\.spec\.ts:/)
  })
})

describe('the ambient guard of the async lane', () => {
  it.each<[string, () => unknown]>([
    ['Date.now', () => Date.now()],
    ['new Date()', () => new Date()],
    ['performance.now', () => performance.now()],
    ['Math.random', () => Math.random()],
    ['crypto.randomUUID', () => crypto.randomUUID()],
    ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
    ['setTimeout', () => setTimeout(() => {}, 1)],
    ['setInterval', () => setInterval(() => {}, 1)],
    ['setImmediate', () => setImmediate(() => {})],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
    ['process.hrtime', () => process.hrtime()],
    ['process.hrtime.bigint', () => process.hrtime.bigint()],
    ['setTimeout of node:timers/promises', () => pause(1)],
    ['randomUUID of node:crypto', () => randomUUID()],
    ['fetch', () => fetch('http://localhost')],
  ])('refuses %s after a wait, with file and line, also when the error is swallowed', async (name, use) => {
    const world = smallWorld(lane)
    world.start(
      workerOf(async ({ clock }) => {
        await clock.sleep(20)
        try {
          use()
        } catch {
          return 'swallowed'
        }
        return 'not refused'
      }),
      'a',
    )
    await world.run()
    expect(world.log).toEqual(['20 a: result "swallowed"'])
    expect(world.faults).toMatchObject([{ code: 'SUBJECT_AMBIENT' }])
    expect(world.faults[0]?.message).toContain(`received ${name})`)
    expect(world.faults[0]?.at).toMatch(/async-lane\.spec\.ts:\d+:\d+$/)
  })

  it('refuses nothing of what code is told: a date of a known instant, printing, microtasks', async () => {
    const world = smallWorld(lane)
    world.start(
      workerOf(async ({ clock, random }) => {
        const date = new Date(clock.now())
        console.log('printing is allowed')
        await new Promise<void>((resolve) => queueMicrotask(resolve))
        return `${date.toISOString()} ${date instanceof Date} ${random()}`
      }),
      'a',
    )
    await world.run()
    expect([world.log, world.faults]).toEqual([['0 a: result "1970-01-01T00:00:00.000Z true 0.25"'], []])
  })

  it('is down again between the steps', async () => {
    const before = Date.now
    const world = smallWorld(lane)
    world.start(
      workerOf(({ clock }) => clock.sleep(5).then(() => 1)),
      'a',
    )
    expect(Date.now).toBe(before)
    await world.run()
    expect([Date.now, globalThis.Date.now, setTimeout.name]).toEqual([before, before, 'setTimeout'])
  })
})

it('lanes of one thread take turns', async () => {
  const other = new AsyncLane()
  const order: string[] = []
  const opened = other.open().then(() => order.push('second'))
  order.push('first')
  lane.close()
  await opened
  other.close()
  expect(order).toEqual(['first', 'second'])
})
