import { join } from 'node:path'
import {
  ResultQueue,
  TaskQueue,
  type AnyManager,
  type Json,
  type ModelOptions,
  type ModelRegistry,
  type RunConfig,
} from '@bosun/core'
import { delegate, dynamic, fanOut, finish, foldManager, mapReduce, ordered, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import { InProcessResultQueue } from '../broker/in-process-result-queue.ts'
import { InProcessTaskQueue } from '../broker/in-process-task-queue.ts'
import { openState } from '../project/open-state.ts'
import {
  config,
  echoes,
  gate,
  plannerOf,
  rebound,
  temporaryFolder,
  untilFact,
  world,
  write,
  type WorldOptions,
} from '../run/world.fixture.ts'

/** Runs of the real runtime, each of another shape; all have the id `golden`. Return the state folder. */
export const GOLDEN_STORIES: Readonly<Record<string, () => Promise<string>>> = {
  'one-task': () => played({}, echoes, 1),
  'five-tasks': () => played({}, echoes, 5),
  planned: () =>
    played(
      {
        planner: [
          { id: 'a', type: 'echo', body: 1 },
          { id: 'b', type: 'echo', body: 2, dependsOn: ['a'] },
        ],
      },
      fanOut({ name: 'planned', plan: true }),
      'a goal',
    ),
  'plan-rejected': () =>
    played({ planner: [{ id: 'a', type: 'nobody-does', body: 1 }] }, fanOut({ name: 'planned', plan: true }), 'a goal'),
  retried: () => played({ workers: [failing(1)] }, chain, null),
  failed: () => played({ workers: [failing(10)], config: config({ retry: { retriesMax: 0 } }) }, chain, null),
  published: () => played({ workers: [page] }, pages, null),
  discovered: () => played({ workers: [finder] }, walk, 3),
  reduced: () => played({}, summed, 4),
  'models-called': () => played({ workers: [asking], models: counting }, questions, null),
  'limit-refused': () => played({ workers: [finder], config: config({ limits: { tasksMax: 2 } }) }, walk, 3),
  cancelled: () => held((run) => run.cancel('enough', { kind: 'run' }, 'ann')),
  'part-cancelled': () =>
    held(async (run, open) => {
      await run.cancel('not that one', { kind: 'subtree', task: 'b' }, 'ann')
      await run.waive(['b'], 'not needed', 'ann')
      open()
    }),
  steered: () =>
    held(async (run, open) => {
      await run.steer('slower', 'ann')
      await run.pause('lunch', 'ann')
      await run.unpause('ben')
      open()
    }),
  paused: () => held((run) => run.stop('told to end', { graceMs: 0 })),
  'taken-up': takenUp,
  approved,
  reopened,
  adopted,
}

interface Setting extends Pick<WorldOptions, 'workers' | 'models'> {
  readonly planner?: readonly object[]
  readonly config?: RunConfig
}

const RUN = 'golden'

async function played(setting: Setting, manager: AnyManager, goal: Json): Promise<string> {
  const { planner, config: chosen = config(), ...rest } = setting
  const folder = temporaryFolder()
  const { bosun } = await world({ folder, journal: 'sqlite', ...rest })
  const run = await bosun.run(manager, goal, {
    run: RUN,
    config: chosen,
    ...(planner === undefined ? {} : { planner: plannerOf(planner) }),
  })
  await run.outcome
  await bosun.close()
  return join(folder, '.bosun')
}

type Held = Awaited<ReturnType<Awaited<ReturnType<typeof world>>['bosun']['run']>>

/** A run whose first task is at work until `open`. */
async function held(act: (run: Held, open: () => void) => Promise<void>): Promise<string> {
  const folder = temporaryFolder()
  const door = gate()
  const { bosun } = await world({ folder, journal: 'sqlite', workers: [waiting(door.opened)] })
  const run = await bosun.run(chain, null, { run: RUN, config: config({ limits: { slotsMax: 1 } }) })
  await untilFact(run, 'attempt.started')
  await act(run, door.open)
  await run.outcome
  await bosun.close()
  return join(folder, '.bosun')
}

/** Its first process goes while a task is at work. */
async function takenUp(): Promise<string> {
  const folder = temporaryFolder()
  const first = await world({ folder, journal: 'sqlite', workers: [waiting(gate().opened)] })
  const run = await first.bosun.run(chain, null, { run: RUN, config: config() })
  await untilFact(run, 'attempt.started')
  await first.bosun.close()
  const second = await world({ folder, journal: 'sqlite', workers: [failing(0)] })
  await (
    await second.bosun.resume(RUN, { managers: [chain] })
  ).outcome
  await second.bosun.close()
  return join(folder, '.bosun')
}

/** Of two pages, a person permits one and denies the other. */
async function approved(): Promise<string> {
  const folder = temporaryFolder()
  const { bosun } = await world({ folder, journal: 'sqlite', workers: [page] })
  const run = await bosun.run(pages, null, { run: RUN, config: config({ policy: { ask: ['test.write(site/**)'] } }) })
  run.facts$.subscribe((fact) => {
    if (fact.type !== 'approval.requested') return
    void run.answer(fact.approval, fact.question.includes('a.html'), 'looked at it', 'ann')
  })
  await run.outcome
  await bosun.close()
  return join(folder, '.bosun')
}

/** It fails, a person has it tried again, and it completes. */
async function reopened(): Promise<string> {
  const folder = temporaryFolder()
  const { bosun } = await world({ folder, journal: 'sqlite', workers: [failing(1)] })
  const run = await bosun.run(chain, null, { run: RUN, config: config({ retry: { retriesMax: 0 } }) })
  await run.outcome
  const state = await openState(join(folder, '.bosun'))
  await state.submit(RUN, { kind: 'retry', body: { tasks: ['a'], reason: 'the disk is back' } }, 'ann')
  await state.close()
  await (
    await bosun.resume(RUN, { managers: [chain] })
  ).outcome
  await bosun.close()
  return join(folder, '.bosun')
}

// ---------------------------------------------------------------------------------------------

/** The first attempt of `a` is lost and reports too late; somebody adopts its result after the end. */
async function adopted(): Promise<string> {
  const folder = temporaryFolder()
  const results = new InProcessResultQueue()
  /** Hands nothing to any worker: the story reports in their place. */
  class DeafTaskQueue extends InProcessTaskQueue {
    override enqueue(): void {}
  }
  const modules = [rebound(ResultQueue, results), rebound(TaskQueue, new DeafTaskQueue())]
  const workers = [failing(0)]
  const first = await world({ folder, journal: 'sqlite', workers, modules })
  const run = await first.bosun.run(chain, null, { run: RUN, config: config({ retry: { retriesMax: 0 } }) })
  await untilFact(run, 'task.assigned', ({ task: id }) => id === 'c')
  const attempt = { run: RUN, task: 'a', epoch: 1 }
  results.publish({ ...attempt, type: 'lost', error: { code: 'HOST_DIED', message: 'It died.' } })
  await untilFact(run, 'task.skipped')
  results.publish({ ...attempt, type: 'result', result: 'late', outputs: [] })
  await untilFact(run, 'result.quarantined')
  results.publish({ ...attempt, task: 'c', type: 'result', result: 'c', outputs: [] })
  await run.outcome
  await first.bosun.close()
  const state = await openState(join(folder, '.bosun'))
  await state.submit(RUN, { kind: 'adopt', body: { task: 'a', reason: 'it is good' } }, 'ann')
  await state.close()
  const second = await world({ folder, journal: 'sqlite', workers })
  await (
    await second.bosun.resume(RUN, { managers: [chain], by: 'ann', reason: 'to the end' })
  ).outcome
  await second.bosun.close()
  return join(folder, '.bosun')
}

const work = { name: 'work', handles: 'work', summary: 'Works.', body: z.json(), result: z.json() }

const chain = fanOut({
  name: 'chain',
  start: () => [
    task('work', 'a', { id: 'a' }),
    task('work', 'b', { id: 'b', dependsOn: ['a'] }),
    task('work', 'c', { id: 'c' }),
  ],
})

/** Fails the first times that it does `a`. */
function failing(times: number) {
  let failures = 0
  return defineWorker({
    ...work,
    run: ({ body }) => {
      if (body === 'a' && failures < times) {
        failures += 1
        throw new Error('the disk is full')
      }
      return body
    },
  })
}

function waiting(opened: Promise<void>) {
  return defineWorker({
    ...work,
    run: async ({ body }, { signal }) => {
      const stopped = new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
      await Promise.race([opened, stopped])
      return body
    },
  })
}

const page = defineWorker({
  name: 'page',
  handles: 'page',
  summary: 'Writes a page.',
  body: z.string(),
  result: z.null(),
  tools: { write },
  outputs: (path) => [path],
  async run({ body: path }, { tools, emit }) {
    await tools.write({ path, text: `the page ${path}` })
    emit({ path })
    return null
  },
})

const pages = fanOut({
  name: 'pages',
  start: () => ['site/a.html', 'site/b.html'].map((path) => task('page', path, { id: path, outputs: [path] })),
})

const finder = defineWorker({
  name: 'finder',
  handles: 'find',
  summary: 'Finds what is one level deeper.',
  body: z.int(),
  result: z.int(),
  run({ body }, { discover }) {
    if (body > 0) discover(body - 1)
    return body
  },
})

const walk = dynamic<number, number, number>({
  name: 'walk',
  start: (depth) => [task('find', depth, { id: `level-${depth}` })],
  discovered: (depth) => task('find', depth, { id: `level-${depth}` }),
})

const summed = mapReduce({
  name: 'summed',
  map: echoes,
  reduce: ordered((sum: number, one: number) => sum + one, 0),
})

const asking = defineWorker({
  name: 'asking',
  handles: 'ask',
  summary: 'Asks its model.',
  body: z.string(),
  result: z.string(),
  model: 'fast',
  run: ({ body }, { model }) => model.generate({ prompt: body }),
})

const questions = foldManager({
  name: 'questions',
  initial: () => null,
  on: {
    goal: () => delegate(['x', 'y'].map((id) => task('ask', `what is ${id}?`, { id }))),
    settled: () => finish(null),
  },
})

const counting: ModelRegistry = {
  resolve: (name) => ({
    name: `test:${name}`,
    ceiling: (options: ModelOptions) => ({ tokens: 100 + Number(options['maxOutputTokens']), costMicros: 0 }),
    call: () => {
      const answer = { content: [{ type: 'text', text: 'a letter' }], warnings: [] }
      return Promise.resolve({ answer, inputTokens: 6, outputTokens: 4, costMicros: 12 })
    },
  }),
}
