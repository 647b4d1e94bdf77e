import { Clock, type Json } from '@bosun/core'
import { delegate, dynamic, fanOut, finish, foldManager, mapReduce, ordered, pipeline, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { commandWithoutOwner } from '../project/command-without-owner.ts'
import { SystemClock } from './system-clock.ts'
import { config, ended, expectClean, gate, of, rebound, world } from './world.fixture.ts'

const isBroken = { value: false }
const moody = defineWorker({
  name: 'moody',
  handles: 'echo',
  summary: 'Returns its body, unless it is broken.',
  body: z.json(),
  result: z.json(),
  run({ body }) {
    if (isBroken.value && body === 'glass') throw new Error('it broke')
    return body
  },
})

const echoed = (bodies: readonly Json[]) => bodies.map((body, at) => task('echo', body, { id: `e${at}` }))
const stages = pipeline<Json[], Json>({
  name: 'stages',
  stages: [
    { name: 'first', run: fanOut({ name: 'x', start: echoed }) },
    {
      name: 'second',
      run: mapReduce({
        name: 'y',
        map: dynamic({ start: echoed, discovered: () => undefined }),
        reduce: ordered((all: string, one: string) => `${all} ${one}`, ''),
        concurrency: 1,
      }),
    },
    { name: 'third', run: (text: Json) => task('echo', text, { id: 'it' }) },
  ],
})

describe('composed managers in a real run', () => {
  it('M-63: go on after a failed stage that somebody has tried again, with what was done before', async () => {
    const { bosun } = await world({ workers: [moody], managers: [stages] })
    isBroken.value = true
    const run = await bosun.run(stages, ['a', 'glass'], { run: 'r', config: config({ retry: { retriesMax: 0 } }) })
    const first = await ended(run, bosun.journal)
    expect(first.end).toMatchObject({ type: 'run.failed', missing: ['first/e1'], result: { result: null } })
    isBroken.value = false
    await bosun.journal.submit('r', { kind: 'retry', body: { tasks: ['first/e1'], reason: 'mended' }, by: 'ada' })
    await commandWithoutOwner(bosun.journal, 'r')
    const { end, facts } = await ended(await bosun.resume('r'), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: ' a glass', missing: [] } })
    expect(of(facts, 'task.succeeded').map((fact) => fact.task)).toEqual([
      'first/e0',
      'first/e1~2',
      'second/map/e0',
      'second/map/e1',
      'third/it',
    ])
    expectClean(facts)
  })

  it('M-62: at most so many of a nested map run at the same time', async () => {
    const door = gate()
    let [now, most] = [0, 0]
    const counting = defineWorker({
      name: 'counting',
      handles: 'echo',
      summary: 'Counts how many it is.',
      body: z.json(),
      result: z.json(),
      async run({ body }) {
        now += 1
        most = Math.max(most, now)
        if (now === 2) door.open()
        await door.opened
        now -= 1
        return body
      },
    })
    const { bosun } = await world({ workers: [counting] })
    const two = mapReduce({
      name: 'two',
      map: dynamic({ start: echoed, discovered: () => undefined }),
      reduce: ordered((all: Json[], one: Json) => [...all, one], []),
      concurrency: 2,
    })
    const run = await bosun.run(two, ['a', 'b', 'c', 'd', 'e', 'f'], { config: config() })
    expect(await run.result).toMatchObject({ result: ['a', 'b', 'c', 'd', 'e', 'f'] })
    expect(most).toBe(2)
  })

  it('M-38: the first of several is enough, and the others are stopped and waived', async () => {
    const stopped: Json[] = []
    const racing = defineWorker({
      name: 'racing',
      handles: 'echo',
      summary: 'Is fast, or waits to be stopped.',
      body: z.json(),
      result: z.json(),
      async run({ body }, { signal }) {
        if (body === 'fast') return body
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        stopped.push(body)
        return body
      },
    })
    const { bosun } = await world({ workers: [racing] })
    const any = fanOut({ name: 'any', start: echoed, failure: 'any' })
    const run = await bosun.run(any, ['slow', 'fast', 'slower'], { config: config() })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({
      type: 'run.completed',
      waived: ['e0', 'e2'],
      result: { result: ['fast'], policy: 'any' },
    })
    expect(stopped.toSorted()).toEqual(['slow', 'slower'])
    expectClean(facts)
  })
})

describe('M-47: the cost of a manager', () => {
  it('is in the log: the time of its program with each message, and no call of a model between delegations', async () => {
    const system = new SystemClock()
    let skewMs = 0
    const clock: Clock = {
      now: () => system.now() + skewMs,
      wakeAt: (at, wake) => system.wakeAt(at - skewMs, wake),
    }
    const count = 20
    const slow = foldManager({
      name: 'slow',
      initial: () => ({ done: 0 }),
      on: {
        goal: () => delegate(Array.from({ length: count }, (_, id) => task('echo', id, { id: `e${id}` }))),
        outcome(state) {
          state.done += 1
          // What a program that computes does to its clock.
          skewMs += 30
        },
        settled: (state) => finish(state.done),
      },
    })
    const { bosun } = await world({ modules: [rebound(Clock, clock)] })
    const { end, facts } = await ended(await bosun.run(slow, null, { config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: count })
    const told = of(facts, 'message.delivered')
    const outcomes = told.filter(({ kind }) => kind === 'outcome')
    expect(outcomes).toHaveLength(count)
    expect(Math.min(...outcomes.map(({ ms = 0 }) => ms))).toBeGreaterThanOrEqual(30)
    expect(of(facts, 'planner.called')).toEqual([])
    expect(of(facts, 'model.called')).toEqual([])
    expectClean(facts)
  })
})
