import { ResultQueue, type Report } from '@bosun/core'
import { defineWorker } from '@bosun/sdk'
import { constant, constantFrom, jsonValue, oneof, record, sample, string } from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { config, echoes, ended, expectClean, gate, of, rebound, untilFact, world } from '../run/world.fixture.ts'

const SEED = 20261121
const COUNT = 500

const honest = { run: constant('r'), task: constant('e0'), epoch: constant(1) }
const error = record({ code: constantFrom('WORKER_THREW', 'NO_SUCH_CODE', 'toString'), message: string() })
const result = { type: constant('result'), result: jsonValue(), outputs: constant([]) }

/** Of attempts that are not live: fenced off, whatever they say. */
const ofOthers = oneof(
  record({ ...honest, epoch: constantFrom(0, 2, 7, -1, 1.5), ...result }),
  record({ ...honest, task: constantFrom('e1', 'evil', '__proto__', ''), ...result }),
  record({ ...honest, task: constantFrom('evil', 'constructor'), type: constant('error'), error }),
  record({ ...honest, epoch: constantFrom(0, 3), type: constantFrom('discovered', 'emitted'), item: jsonValue() }),
)
/** Of the live attempt, but no report: what the manager says, or what has another shape. */
const ofNoReport = oneof(
  record({
    ...honest,
    type: constantFrom(
      'assign',
      'delegate',
      'task.assigned',
      'task.succeeded',
      'cancel',
      'finish',
      'published',
      'tick',
    ),
    task: constant('e0'),
    tasks: constant([{ id: 'evil', type: 'echo' }]),
  }),
  record({ ...honest, type: constant('result'), result: jsonValue() }),
  record({ ...honest, type: constant('result'), result: jsonValue(), outputs: constantFrom('x', [1], null) }),
  record({
    ...honest,
    ...result,
    usage: oneof(jsonValue(), record({ tokens: constantFrom(-1, 0.5), costMicros: constant(0) })),
  }),
  record({ ...honest, type: constantFrom('error', 'lost'), error: oneof(constant(null), string(), jsonValue()) }),
  record({ ...honest, epoch: constantFrom('1', null, [1]), ...result }),
  record({ ...honest, type: jsonValue() }),
)

it(`H6, M-15: of ${COUNT} random reports that nobody may make none is accepted, and each leaves its trace (seed ${SEED})`, async () => {
  const queue = new InProcessResultQueue()
  const hold = gate()
  const worker = defineWorker({
    name: 'echo',
    summary: 'Echoes.',
    handles: 'echo',
    body: z.json(),
    result: z.json(),
    run: async ({ body }) => hold.opened.then(() => body),
  })
  const { bosun } = await world({ workers: [worker], modules: [rebound(ResultQueue, queue)] })
  const run = await bosun.run(echoes, 1, { run: 'r', config: config() })
  await untilFact(run, 'attempt.started')
  for (const forged of sample(oneof(ofOthers, ofNoReport), { numRuns: COUNT, seed: SEED }))
    queue.publish(forged as unknown as Report)
  // One more that is known, behind all others.
  queue.publish({ run: 'r', task: 'the last', epoch: 1, type: 'result', result: 1, outputs: [] })
  await untilFact(run, 'violation.recorded', ({ error: { message } }) => message.includes('the last'))
  hold.open()
  const { end, facts } = await ended(run, bosun.journal)
  expect(end).toMatchObject({ type: 'run.completed', result: { result: [0] } })
  expect(of(facts, 'task.added').map(({ task }) => task.id)).toEqual(['e0'])
  expect(of(facts, 'attempt.succeeded')).toHaveLength(1)
  for (const type of ['attempt.failed', 'attempt.lost', 'task.discovered', 'attempt.emitted', 'spawn.refused'] as const)
    expect(of(facts, type)).toEqual([])
  const traces = of(facts, 'violation.recorded').length + of(facts, 'result.quarantined').length
  expect(traces).toBe(COUNT + 1)
  expectClean(facts)
})
