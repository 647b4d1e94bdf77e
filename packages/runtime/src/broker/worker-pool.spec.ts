import { writeFileSync, mkdirSync } from 'node:fs'
import { join, dirname } from 'node:path'
import type { AnyWorker, WorkerContext } from '@bosun/core'
import { defineTool, defineWorker, files } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AttemptSinks, Executor } from '../hosts/executor.ts'
import { assignment, ManualClock, workersSide } from './workers-side.fixture.ts'

const anything = z.unknown()
const worker = (name: string, run: AnyWorker['run'], more: object = {}): AnyWorker =>
  defineWorker({ name, summary: 'Works.', handles: 'work', body: anything, result: anything, run, ...more })

const write = defineTool(files.write, ({ path, text }, io) => {
  const target = join(io.staging, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
  return { bytes: text.length }
})

const writer = (name: string, path: string | undefined) =>
  worker(
    name,
    async (_, { tools }: WorkerContext) => {
      if (path !== undefined)
        await (tools as never as { write(input: object): Promise<unknown> }).write({ path, text: 'x' })
      return null
    },
    { tools: { write: files.write('site/**') } },
  )

/** A worker that returns while its write is still under way, and what lets the write end. */
function hastyWrite() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const slowWrite = defineTool(files.write, async (input, io) => {
    await promise
    return write.handle(input, io)
  })
  const hasty = worker(
    'hasty',
    (_, { tools }: WorkerContext) => {
      ;(tools as never as { write(input: object): Promise<unknown> })
        .write({ path: 'site/late.html', text: 'x' })
        .catch(() => {})
      return null
    },
    { tools: { write: files.write('site/**') } },
  )
  return { slowWrite, hasty, release: resolve }
}

describe('WorkerPool with workers in this process', () => {
  it('M-10: reports the result of an attempt exactly once', async () => {
    const side = workersSide({ workers: [worker('sum', ({ body }) => ({ got: body }))] })
    side.queue.enqueue([assignment('sum', { id: 'a', body: { n: 1 } })])
    await side.ended('a')
    expect(side.reports).toEqual([
      { run: 'r', task: 'a', epoch: 1, type: 'started', host: 'inline' },
      { run: 'r', task: 'a', epoch: 1, type: 'result', result: { got: { n: 1 } }, outputs: [] },
    ])
    expect(await side.queue.inspect([{ run: 'r', task: 'a', epoch: 1 }])).toEqual(['absent'])
    expect(side.pool.attemptsCount).toBe(0)
  })

  it('M-03, T-07: runs nothing that was not assigned', async () => {
    let runs = 0
    const side = workersSide({
      workers: [
        worker('idle', () => {
          runs += 1
          return { tasks: [{ id: 'next', type: 'work' }] }
        }),
      ],
    })
    side.queue.enqueue([assignment('idle', { id: 'only' })])
    await side.ended('only')
    await side.pool.close()
    expect(runs).toBe(1)
    expect(new Set(side.reports.map((report) => report.task))).toEqual(new Set(['only']))
  })

  it('M-20, T-10: hands the worker its task in full and unmodified', async () => {
    let seen: unknown
    const side = workersSide({
      workers: [
        worker('reader', (_, context: WorkerContext) => {
          seen = context.task
          return null
        }),
      ],
    })
    const task = {
      id: 'a/b',
      purpose: 'To see.',
      body: { deep: [1, { x: 'y' }] },
      skills: ['s'],
      key: 'k',
      priority: 3,
    }
    side.queue.enqueue([assignment('reader', task)])
    await side.ended('a/b')
    expect(seen).toEqual({ type: 'work', ...task })
  })

  it('T-12: what a worker changes in its task changes nothing outside', async () => {
    const side = workersSide({
      workers: [
        worker('grabber', ({ body }, context: WorkerContext) => {
          Object.assign(context.task, { id: 'other', worker: 'me' })
          ;(body as { list: number[] }).list.push(9)
          ;(context.inputs as Record<string, unknown>)['dep'] = 'mine'
          return null
        }),
      ],
    })
    const given = assignment('grabber', { id: 'a', body: { list: [1] }, dependsOn: ['dep'] }, { inputs: { dep: 1 } })
    side.queue.enqueue([given])
    await side.ended('a')
    expect(given).toEqual(
      assignment('grabber', { id: 'a', body: { list: [1] }, dependsOn: ['dep'] }, { inputs: { dep: 1 } }),
    )
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no luck')
      },
      'WORKER_THREW',
      'no luck',
    ],
    [
      'throws a string',
      () => {
        throw 'a text'
      },
      'WORKER_THREW',
      'a text',
    ],
    [
      'throws nothing',
      () => {
        throw undefined
      },
      'WORKER_THREW',
      'undefined',
    ],
    [
      'throws what has no text',
      () => {
        throw Object.create(null)
      },
      'WORKER_THREW',
      'object',
    ],
    ['rejects', () => Promise.reject(new Error('later')), 'WORKER_THREW', 'later'],
    ['returns a function', () => () => 1, 'RESULT_INVALID', 'function'],
    ['returns a number that is none', () => ({ n: Number.NaN }), 'RESULT_INVALID', 'NaN'],
    [
      'returns a key that reaches a prototype',
      () => JSON.parse('{"a":{"__proto__":{"x":1}}}'),
      'RESULT_INVALID',
      '__proto__',
    ],
  ])('reports an error when the worker %s', async (_, run, code, text) => {
    const side = workersSide({ workers: [worker('bad', run as AnyWorker['run'])] })
    side.queue.enqueue([assignment('bad', { id: 'a' })])
    const report = await side.ended('a')
    expect(report).toMatchObject({ type: 'error', error: { code } })
    expect((report as { error: { message: string } }).error.message).toContain(text)
  })

  it('T-02: reports an error for a body and for a result that does not fit', async () => {
    const strict = defineWorker({
      name: 'strict',
      summary: 'Is strict.',
      handles: 'work',
      body: z.object({ n: z.number() }),
      result: z.object({ path: z.string() }),
      run: () => ({ path: 7 }) as never,
    })
    const side = workersSide({ workers: [strict] })
    side.queue.enqueue([
      assignment('strict', { id: 'a', body: { n: 'x' } }),
      assignment('strict', { id: 'b', body: { n: 1 } }),
    ])
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'TASK_BODY_INVALID' } })
    expect(await side.ended('b')).toMatchObject({ type: 'error', error: { code: 'RESULT_INVALID' } })
  })

  it('ignores a second settling of a foreign thenable', async () => {
    const twice = {
      // oxlint-disable-next-line unicorn/no-thenable
      then: (done: (value: string) => void, fail: (error: Error) => void) => {
        done('first')
        fail(new Error('second'))
        done('third')
      },
    }
    const side = workersSide({ workers: [worker('twice', () => twice as never)] })
    side.queue.enqueue([assignment('twice', { id: 'a' })])
    await side.ended('a')
    await side.pool.close()
    expect(side.reports.filter((report) => report.type !== 'started')).toMatchObject([
      { type: 'result', result: 'first' },
    ])
  })

  it('M-53: a stopped worker hears its signal, and one that does not listen is let go', async () => {
    const clock = new ManualClock()
    const heard: string[] = []
    const side = workersSide({
      clock,
      killAfterMs: 50,
      workers: [
        worker(
          'polite',
          (_, { signal }: WorkerContext) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                heard.push('abort')
                reject(signal.reason as Error)
              })
            }),
        ),
        worker('deaf', () => new Promise(() => {})),
      ],
    })
    side.queue.enqueue([assignment('polite', { id: 'p' }), assignment('deaf', { id: 'd' })])
    await side.reported('started', 'd')
    side.queue.cancel([
      { run: 'r', task: 'p', epoch: 1 },
      { run: 'r', task: 'd', epoch: 1 },
    ])
    expect(await side.ended('p')).toMatchObject({ type: 'error' })
    expect(heard).toEqual(['abort'])
    expect(side.pool.attemptsCount).toBe(1)
    clock.advance(50)
    expect(side.pool.attemptsCount).toBe(0)
    expect(side.reports.filter((report) => report.task === 'd').map((report) => report.type)).toEqual(['started'])
  })

  it('beats for every attempt that is still under way', async () => {
    const clock = new ManualClock()
    const side = workersSide({ clock, workers: [worker('slow', () => new Promise(() => {}))] })
    side.queue.enqueue([assignment('slow', { id: 'a' }), assignment('slow', { id: 'b' })])
    await side.reported('started', 'b')
    clock.advance(250)
    expect(side.seenBeats.map((beat) => beat.task)).toEqual(['a', 'b', 'a', 'b'])
  })

  it('M-22, T-27: a missing or undeclared output fails the attempt', async () => {
    const side = workersSide({
      tools: [write],
      workers: [
        writer('none', undefined),
        writer('right', 'site/a.html'),
        writer('free', 'site/b.html'),
        writer('other', 'site/c.html'),
      ],
    })
    const outputs = ['site/a.html']
    side.queue.enqueue([
      assignment('none', { id: 'none', outputs }),
      assignment('right', { id: 'right', outputs }),
      assignment('free', { id: 'free' }),
      assignment('other', { id: 'other', outputs }),
    ])
    expect(await side.ended('none')).toMatchObject({ type: 'error', error: { code: 'OUTPUT_MISSING' } })
    expect(await side.ended('right')).toMatchObject({ type: 'result', outputs })
    expect(await side.ended('free')).toMatchObject({ type: 'result', outputs: ['site/b.html'] })
    expect(await side.ended('other')).toMatchObject({ type: 'error', error: { code: 'TOOL_DENIED' } })
    expect(await side.reported('denied', 'other')).toMatchObject({ tool: 'write', rule: 'the outputs of the task' })
  })

  it('T-33: a write that the worker did not wait for is among its files all the same', async () => {
    const { slowWrite, hasty, release } = hastyWrite()
    const side = workersSide({ tools: [slowWrite], workers: [hasty] })
    side.queue.enqueue([assignment('hasty', { id: 'a' })])
    await side.reported('started', 'a')
    release()
    expect(await side.ended('a')).toMatchObject({ type: 'result', outputs: ['site/late.html'] })
  })

  it('M-53: an attempt keeps its lease while its files are collected', async () => {
    const { slowWrite, hasty, release } = hastyWrite()
    const side = workersSide({ tools: [slowWrite], workers: [hasty], beatMs: 1 })
    side.queue.enqueue([assignment('hasty', { id: 'a' })])
    expect(await side.until(() => side.seenBeats[2])).toMatchObject({ task: 'a', epoch: 1, type: 'beat' })
    release()
    expect(await side.ended('a')).toMatchObject({ type: 'result', outputs: ['site/late.html'] })
  })

  it('P11, P22: a tool call that nobody waits for and that never ends fails the attempt and holds up no one', async () => {
    const stuck = defineTool(files.write, () => new Promise<never>(() => {}))
    const hasty = worker(
      'hasty',
      (_, { tools }: WorkerContext) => {
        ;(tools as never as { write(input: object): Promise<unknown> })
          .write({ path: 'site/never.html', text: 'x' })
          .catch(() => {})
        return null
      },
      { tools: { write: files.write('site/**') } },
    )
    const side = workersSide({ tools: [stuck], workers: [hasty], killAfterMs: 1 })
    side.queue.enqueue([assignment('hasty', { id: 'a' })])
    expect(await side.ended('a')).toMatchObject({ type: 'error', error: { code: 'TOOL_FAILED', at: 'a' } })
    await side.pool.close()
    expect(side.pool.attemptsCount).toBe(0)
  })

  it('M-24, T-20, H6: no public member of a context leads to another task or worker', async () => {
    let context: WorkerContext | undefined
    const side = workersSide({
      workers: [
        worker('looker', (_, given: WorkerContext) => {
          context = given
          return null
        }),
      ],
    })
    side.queue.enqueue([assignment('looker', { id: 'a' })])
    await side.ended('a')
    const members = new Set<string>()
    for (
      let level: object | null = context as object;
      level !== null && level !== Object.prototype;
      level = Object.getPrototypeOf(level) as object | null
    ) {
      for (const name of Object.getOwnPropertyNames(level)) members.add(name)
    }
    members.delete('constructor')
    // The whole list, so that a member that is added has to be judged here.
    expect([...members].sort()).toEqual([
      'attempt',
      'clock',
      'discover',
      'emit',
      'idempotencyKey',
      'inputs',
      'model',
      'needs',
      'progress',
      'random',
      'signal',
      'skills',
      'task',
      'tools',
    ])
    for (const route of ['delegate', 'spawn', 'assign', 'send', 'start', 'run', 'enqueue', 'cancel', 'queue', 'call']) {
      expect((context as unknown as Record<string, unknown>)[route]).toBeUndefined()
    }
    expect(Object.keys((context as WorkerContext).tools)).toEqual([])
    // Its own executor's handles are out of reach, too.
    expect(JSON.stringify(context)).toBe('{}')
  })

  it('after its end, a worker can report nothing and call nothing', async () => {
    let kept: WorkerContext | undefined
    const side = workersSide({
      tools: [write],
      workers: [
        worker(
          'keeper',
          (_, context: WorkerContext) => {
            kept = context
            return null
          },
          { tools: { write: files.write() } },
        ),
      ],
    })
    side.queue.enqueue([assignment('keeper', { id: 'a' })])
    await side.ended('a')
    kept?.discover('late')
    kept?.emit('late')
    kept?.progress('late')
    const tools = kept?.tools as unknown as { write(input: object): Promise<unknown> }
    await expect(tools.write({ path: 'x', text: '' })).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
    await side.pool.close()
    expect(side.reports.map((report) => report.type)).toEqual(['started', 'result'])
    expect(side.seenBeats).toEqual([])
  })

  it('claims no more than it has room for', async () => {
    const open: (() => void)[] = []
    const side = workersSide({
      attemptsMax: 2,
      workers: [worker('gate', () => new Promise<null>((resolve) => open.push(() => resolve(null))))],
    })
    const keys = ['a', 'b', 'c'].map((task) => ({ run: 'r', task, epoch: 1 }))
    side.queue.enqueue(keys.map(({ task }) => assignment('gate', { id: task })))
    await side.reported('started', 'b')
    expect(await side.queue.inspect(keys)).toEqual(['claimed', 'claimed', 'waiting'])
    open[0]?.()
    await side.reported('started', 'c')
    expect(side.pool.attemptsCount).toBe(2)
  })
})

it('refuses and records the call of a worker that holds no tool, and after its stop only refuses it', async () => {
  let sinks: AttemptSinks | undefined
  const executor: Executor = {
    run: (_, given) => {
      sinks = given
      given.started('host')
    },
    stop: () => {},
    close: () => Promise.resolve(),
  }
  const side = workersSide({ hosted: [worker('bare', () => null)], executor })
  side.queue.enqueue([assignment('bare', { id: 'a' })])
  await side.reported('started', 'a')
  const call = () => sinks?.call('write', { path: 'x', text: 'x' }, new AbortController().signal)
  await expect(call()).rejects.toMatchObject({ code: 'TOOL_DENIED' })
  expect(await side.reported('denied', 'a')).toMatchObject({ tool: 'write', rule: 'default deny' })
  side.pool.stop({ run: 'r', task: 'a', epoch: 1 })
  await expect(call()).rejects.toMatchObject({ code: 'ATTEMPT_DEAD' })
  expect(side.reports.filter(({ type }) => type === 'denied')).toHaveLength(1)
})
