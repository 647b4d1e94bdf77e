import type { Json } from '@bosun/core'
import { dynamic, fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { config, ended, expectClean, gate, of, untilFact, world } from './world.fixture.ts'

const TASKS = 6

/** Orders in which six tasks may end: forwards, backwards, from the middle, and some in between. */
const ORDERS = [
  [0, 1, 2, 3, 4, 5],
  [5, 4, 3, 2, 1, 0],
  [2, 3, 1, 4, 0, 5],
  [4, 0, 5, 1, 3, 2],
  [1, 5, 0, 2, 4, 3],
]

/** A worker whose tasks end in the order that is asked for; one fails, one says what else is to be done. */
async function runIn(order: readonly number[], manager: ReturnType<typeof managers>[number]) {
  const doors = Array.from({ length: TASKS }, () => gate())
  const scripted = defineWorker({
    name: 'scripted',
    handles: 'scripted',
    summary: 'Does as it is told, when it is told.',
    body: z.number(),
    result: z.json(),
    async run({ body }, { discover }) {
      await doors[body]?.opened
      if (body === 1) throw new Error('as scripted')
      if (body === 2) discover(7)
      return { square: body * body }
    },
  })
  const { bosun } = await world({ workers: [scripted] })
  const limits = { slotsMax: TASKS }
  const run = await bosun.run(manager as never, null, { config: config({ limits, retry: { retriesMax: 0 }, seed: 7 }) })
  const all = Array.from({ length: TASKS }, (_, index) =>
    untilFact(run, 'attempt.started', (fact) => fact.task === `t${index}`),
  )
  await Promise.all(all)
  for (const index of order) {
    const over = untilFact(run, index === 1 ? 'task.failed' : 'task.succeeded', (fact) => fact.task === `t${index}`)
    doors[index]?.open()
    // The next one ends only when this one has: that is the order.
    // oxlint-disable-next-line no-await-in-loop
    await over
  }
  const { end, facts } = await ended(run, bosun.journal)
  expectClean(facts)
  const seen = facts.flatMap((fact) =>
    (fact.type === 'task.succeeded' || fact.type === 'task.failed') && /^t\d$/.test(fact.task)
      ? [Number(fact.task[1])]
      : [],
  )
  const results = Object.fromEntries(of(facts, 'attempt.succeeded').map(({ task: id, result }) => [id, result]))
  const failed = of(facts, 'task.failed').map(({ task: id, error }) => [id, error.code])
  return { seen, end: { type: end?.type, result: resultOf(end), tally: end?.tally }, results, failed }
}

const resultOf = (end: object | undefined): Json => (end !== undefined && 'result' in end ? (end.result as Json) : null)
const first = () => Array.from({ length: TASKS }, (_, index) => task('scripted', index, { id: `t${index}` }))
const managers = () => [
  fanOut<null>({ name: 'fanned', start: first }),
  dynamic<null, number>({
    name: 'found',
    start: first,
    discovered: (found) => task('scripted', found, { id: `d${found}` }),
  }),
]

describe('the same work in five orders of completion', () => {
  it.each(managers().map((manager) => ({ name: manager.name, manager })))(
    'T-22: has one result, one tally and one state of each task, under the manager $name',
    async ({ manager }) => {
      const runs = []
      for (const order of ORDERS) {
        // One after the other, so that each order is its own run.
        // oxlint-disable-next-line no-await-in-loop
        runs.push(await runIn(order, manager))
      }
      // They did end in these orders, so that there was something to be hidden.
      expect(runs.map(({ seen }) => seen)).toEqual(ORDERS)
      const [one, ...others] = runs.map(({ end, results, failed }) => ({ end, results, failed }))
      for (const other of others) expect(other).toEqual(one)
      expect(one?.failed).toEqual([['t1', 'WORKER_THREW']])
    },
  )
})
