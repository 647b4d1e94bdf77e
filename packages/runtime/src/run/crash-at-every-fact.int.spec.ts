import { BosunError, type AnyManager, type AnyWorker, type DurableFact, type Journal, type Task } from '@bosun/core'
import { commutative, dynamic, fanOut, task } from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { ContainerModule } from 'inversify'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { OutputPublisher } from './run-ports.ts'
import { config, expectClean, of, stored, temporaryFolder, world, write } from './world.fixture.ts'

/** How often a worker was called, by the idempotency key of the task. */
type Calls = Map<string, number>

interface Shape {
  readonly name: string
  readonly manager: AnyManager
  readonly workers: (calls: Calls) => readonly AnyWorker[]
}

const called = (calls: Calls, key: string) => calls.set(key, (calls.get(key) ?? 0) + 1).get(key) as number

/** Adds up what the tasks before have brought. */
const sum = (calls: Calls) =>
  defineWorker({
    name: 'sum',
    handles: 'sum',
    summary: 'Adds up numbers.',
    body: z.number(),
    result: z.number(),
    async run({ body }, { inputs, idempotencyKey }) {
      called(calls, idempotencyKey)
      await Promise.resolve()
      return Object.values(inputs).reduce<number>((all, one) => all + Number(one), body)
    },
  })

const after = (id: string, body: number, ...dependsOn: string[]): Task => task('sum', body, { id, dependsOn })

const planned = (name: string, tasks: readonly Task[]): Shape => ({
  name,
  manager: fanOut({ name, start: () => tasks, progress: true }),
  workers: (calls) => [sum(calls)],
})

const tree: Shape = {
  name: 'dynamic with discoveries',
  manager: dynamic({
    name: 'tree',
    start: () => [task('scan', { depth: 0, at: 'r' }, { id: 'r' })],
    discovered: (found: { depth: number; at: string }) => task('scan', found, { id: found.at }),
    reduce: commutative((all: number, one: number) => all + one, 0),
  }),
  workers: (calls) => [
    defineWorker({
      name: 'scan',
      handles: 'scan',
      summary: 'Finds what lies below.',
      body: z.object({ depth: z.number(), at: z.string() }),
      result: z.number(),
      run({ body: { depth, at } }, { discover, emit, idempotencyKey }) {
        called(calls, idempotencyKey)
        emit(at)
        if (depth < 2) for (const below of ['a', 'b']) discover({ depth: depth + 1, at: `${at}/${below}` })
        // Found by every task: it is added once.
        discover({ depth: 9, at: 'same' })
        return 1
      },
    }),
  ],
}

const site: Shape = {
  name: 'outputs, failures and retries',
  manager: fanOut({
    name: 'site',
    start: () => [
      task('page', 'mars', { id: 'mars', outputs: ['mars.html'] }),
      task('page', 'moon', { id: 'moon', outputs: ['moon.html'] }),
      task('page', 'flaky', { id: 'flaky', outputs: ['flaky.html'] }),
      task('page', 'broken', { id: 'broken' }),
      task('page', 'index', { id: 'index', outputs: ['index.html'], dependsOn: ['mars', 'moon', 'flaky'] }),
      task('page', 'orphan', { id: 'orphan', dependsOn: ['broken', 'index'] }),
    ],
  }),
  workers: (calls) => [
    defineWorker({
      name: 'page',
      handles: 'page',
      summary: 'Writes a page.',
      body: z.string(),
      result: z.string(),
      tools: { write },
      async run({ body }, { tools, attempt, idempotencyKey }) {
        called(calls, idempotencyKey)
        if (body === 'broken' || (body === 'flaky' && attempt.epoch === 1))
          throw new BosunError('WORKER_THREW', { at: body })
        await tools.write({ path: `${body}.html`, text: body })
        return `${body}.html`
      },
    }),
  ],
}

const shapes: readonly Shape[] = [
  planned(
    'fan-out',
    Array.from({ length: 12 }, (_, index) => after(`t${index}`, index)),
  ),
  planned(
    'chain',
    Array.from({ length: 12 }, (_, index) => after(`t${index}`, 1, ...(index === 0 ? [] : [`t${index - 1}`]))),
  ),
  planned('diamond', [
    after('top', 1),
    after('left', 2, 'top'),
    after('right', 3, 'top'),
    after('bottom', 4, 'left', 'right'),
  ]),
  tree,
  site,
]

const RUN = 'r1'
const DEAD = { pid: 1, bootId: 'an earlier boot', startTime: '0' }
const settings = config({ limits: { slotsMax: 3 } })

/** A run that dies before its end keeps what is staged; the prefix of one that did not has to find it, too. */
const keptStaging = new ContainerModule(({ onActivation }) => {
  onActivation(OutputPublisher, (_context, publisher) => ({
    publish: (attempt, outputs) => publisher.publish(attempt, outputs),
  }))
})

describe('A run whose manager died', () => {
  it.each(shapes)(
    'P8, X-08, R4, M-37: ends the same after a crash at every fact, and no task that was done runs again ($name)',
    { timeout: 60_000 },
    async ({ manager, workers }) => {
      const folder = temporaryFolder()
      const whole = await world({ folder, workers: workers(new Map()), modules: [keptStaging] })
      const first = await whole.bosun.run(manager, null, { run: RUN, config: settings })
      const { end } = await first.outcome
      const facts = await stored(whole.bosun.journal, RUN)
      const states = statesOf(first.view)
      expectClean(facts)
      expect(end).toBeDefined()

      const points = crashPoints(facts)
      for (const length of points) {
        const again = await crashed(folder, { manager, workers }, facts.slice(0, length))
        expect(again).toMatchObject({ end: { type: end?.type }, result: resultOf(end), states, rerun: [], inbox: [] })
        // Once more, somewhere in the second life.
        const second = crashPoints(again.facts).filter((point) => point > length)
        const point = second[Math.floor((length * second.length) / facts.length)]
        if (point === undefined) continue
        const third = await crashed(folder, { manager, workers }, again.facts.slice(0, point))
        expect(third).toMatchObject({ end: { type: end?.type }, result: resultOf(end), states, rerun: [], inbox: [] })
      }
    },
  )
})

/** Resumes a run of which only these facts are stored, and judges how it ended. */
async function crashed(folder: string, { manager, workers }: Omit<Shape, 'name'>, prefix: readonly DurableFact[]) {
  const calls: Calls = new Map()
  const { bosun } = await world({ folder, workers: workers(calls), modules: [keptStaging] })
  await writePrefix(bosun.journal, prefix)
  const run = await bosun.resume(RUN, { managers: [manager] })
  const { end } = await run.outcome
  const facts = await stored(bosun.journal, RUN)
  expectClean(facts)
  await bosun.close()
  return {
    facts,
    end,
    result: resultOf(end),
    states: statesOf(run.view),
    rerun: doneIn(prefix).filter((id) => calls.has(`${RUN}/${id}`)),
    inbox: inboxFaults(facts),
  }
}

/** Lengths after which a crash can fall: the facts of one input are stored together. */
function crashPoints(facts: readonly DurableFact[]): number[] {
  return facts.flatMap((fact, index) => (index > 0 && facts[index - 1]?.cause !== fact.cause ? [index] : []))
}

/** Written by as many managers as the facts tell of, so that the next one's epoch follows theirs (R3). */
async function writePrefix(journal: Journal, facts: readonly DurableFact[]): Promise<void> {
  let epoch = await journal.acquire(RUN, DEAD)
  for (const { type } of facts) if (type === 'manager.recovered') epoch = await journal.acquire(RUN, DEAD)
  await journal.append(RUN, epoch, 0, facts)
}

/** Tasks whose result was accepted or whose outcome was known. */
function doneIn(facts: readonly DurableFact[]): string[] {
  return facts.flatMap((fact) =>
    fact.type === 'attempt.succeeded' ||
    fact.type === 'task.failed' ||
    fact.type === 'task.skipped' ||
    fact.type === 'task.succeeded'
      ? [fact.task]
      : [],
  )
}

function statesOf(view: { tasks(): Iterable<{ spec: Task; status: string; result: unknown }> }) {
  return Object.fromEntries(
    Array.from(view.tasks(), ({ spec, status, result }) => [spec.id, { status, result }]).sort(([a], [b]) =>
      String(a) < String(b) ? -1 : 1,
    ),
  )
}

function resultOf(end: object | undefined): unknown {
  return end !== undefined && 'result' in end ? end.result : undefined
}

/** What the inbox missed, heard twice or out of order. */
function inboxFaults(facts: readonly DurableFact[]): string[] {
  const told = facts.filter(({ type }) =>
    /^(run\.started|task\.(succeeded|failed|lost|cancelled|skipped|discovered)|attempt\.emitted)$/.test(type),
  )
  const heard = of(facts, 'message.delivered').flatMap(({ ref }) => (ref === 0 ? [] : [ref]))
  const expected = told.map(({ seq }) => seq)
  return JSON.stringify(heard) === JSON.stringify(expected) ? [] : [`heard ${heard.join()}, not ${expected.join()}`]
}
