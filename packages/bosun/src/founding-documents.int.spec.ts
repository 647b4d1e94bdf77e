import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAttemptId, RunConfigSchema, type AnyWorker, type Fact, type Planner } from '@bosun/core'
import { evolve, KernelState, runView } from '@bosun/kernel'
import { fanOut, task } from '@bosun/managers'
import { Bosun, createContainer, embedded, plugins } from '@bosun/runtime'
import { definePlanner, definePlugin, defineWorker } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'

/** Runs a manager with workers of this process and returns its log, its outcome and what was seen on the way. */
async function run(options: {
  workers: readonly AnyWorker[]
  tasks?: readonly ReturnType<typeof task>[]
  planner?: Planner
  slotsMax?: number
  onFact?: (fact: Fact, bosun: Awaited<ReturnType<Bosun['run']>>) => void
}) {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-founding-'))
  const container = await createContainer(
    embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory' }),
    plugins(definePlugin({ name: 'founding', workers: options.workers })),
  )
  const bosun = container.get(Bosun)
  const manager =
    options.tasks === undefined
      ? fanOut({ name: 'founding', plan: true })
      : fanOut({ name: 'founding', start: () => options.tasks ?? [] })
  const config = RunConfigSchema.parse({ limits: { slotsMax: options.slotsMax ?? 8 } })
  const handle = await bosun.run(manager as never, null, {
    config,
    ...(options.planner === undefined ? {} : { planner: options.planner }),
  })
  const facts: Fact[] = []
  handle.facts$.subscribe((fact) => {
    facts.push(fact)
    options.onFact?.(fact, handle)
  })
  const { end } = await handle.outcome
  await bosun.close()
  return { facts, end }
}

const worker = (name: string, handles: string, work: (body: unknown) => unknown) =>
  defineWorker({
    name,
    summary: `Does ${handles}.`,
    handles,
    body: z.unknown(),
    result: z.unknown(),
    run: ({ body }) => work(body),
  })

const ids = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`)

it('M-04: with room for all, independent tasks are all at work at the same instant', async () => {
  const all = Promise.withResolvers<void>()
  let atWork = 0
  // Each waits for the others: were one of them to wait for a slot, none would ever end.
  const meet = worker('meeter', 'meet', async () => {
    atWork += 1
    if (atWork === 8) all.resolve()
    await all.promise
    return atWork
  })
  const { end } = await run({ workers: [meet], tasks: ids(8).map((id) => task('meet', null, { id })) })
  expect(end).toMatchObject({ type: 'run.completed' })
})

it('M-05: at every fact, one view lists each task as done or not, and agrees with a fold of the log', async () => {
  const folded = new KernelState()
  const seen: string[] = []
  const { end } = await run({
    workers: [worker('adder', 'add', () => 1)],
    tasks: [task('add', 1, { id: 'a' }), task('add', 1, { id: 'b', dependsOn: ['a'] })],
    onFact: (fact) => {
      evolve(folded, fact)
      const { tally } = runView(folded)
      seen.push(`${tally.succeeded} of ${tally.total}`)
    },
  })
  expect([...new Set(seen)]).toEqual(['0 of 0', '0 of 1', '0 of 2', '1 of 2', '2 of 2'])
  expect(end).toMatchObject({ tally: { total: 2, succeeded: 2, unresolved: 0 } })
})

it('M-25 M-29 M-30: every attempt is a child of the run, one level deep, and its facts are linked to it', async () => {
  const { facts } = await run({
    workers: [worker('adder', 'add', () => 1)],
    tasks: ids(3).map((id) => task('add', 1, { id })),
  })
  const started = facts.find((fact) => fact.type === 'run.started')
  const attempts = facts.filter((fact) => fact.type === 'task.assigned')
  expect(attempts).toHaveLength(3)
  const runId = started?.type === 'run.started' ? started.run : ''
  for (const { task: id, epoch } of attempts) {
    expect(parseAttemptId(`${runId}/${id}@${epoch}`)).toEqual({ run: runId, task: id, epoch })
    const descendants = facts.filter(
      (fact) => 'task' in fact && fact.task === id && 'epoch' in fact && fact.epoch === epoch,
    )
    expect(descendants.map(({ type }) => type)).toEqual([
      'task.assigned',
      'attempt.started',
      'attempt.succeeded',
      'task.succeeded',
    ])
  }
  // Causes never point forward: each fact names an input that was no later than its successors'.
  const causes = facts.map(({ cause }) => cause)
  expect(causes).toEqual(causes.toSorted((a, b) => a - b))
})

it('M-26 M-28: a plan of B blocks is complete before the first start, and leads to exactly B attempts', async () => {
  const planner = definePlanner('three', () => ({
    tasks: [
      { id: 'x', type: 'add', body: 1 },
      { id: 'y', type: 'add', body: 2 },
      { id: 'z', type: 'add', body: 3, dependsOn: ['x', 'y'] },
    ],
  }))
  const { facts, end } = await run({ workers: [worker('adder', 'add', (body) => body)], planner })
  const order = facts.map(({ type }) => type)
  expect(order.lastIndexOf('task.added')).toBeLessThan(order.indexOf('task.assigned'))
  expect(order.filter((type) => type === 'task.assigned')).toHaveLength(3)
  expect(end).toMatchObject({ type: 'run.completed', result: { result: [1, 2, 3] } })
})

it('M-43: a free worker takes the next task, and no task is at work twice', async () => {
  const atWork = new Set<unknown>()
  const gate = Promise.withResolvers<void>()
  let ended = 0
  const mixed = worker('mixed', 'mix', async (body) => {
    expect(atWork.has(body)).toBe(false)
    atWork.add(body)
    // The first task ends last: the other slot has to take all the rest.
    if (body === 't0') await gate.promise
    ended += 1
    if (ended === 19) gate.resolve()
    return body
  })
  const { facts, end } = await run({
    workers: [mixed],
    slotsMax: 2,
    tasks: ids(20).map((id) => task('mix', id, { id })),
  })
  const slots = facts.flatMap((fact) => (fact.type === 'task.assigned' ? [fact.slot] : []))
  expect(slots.filter((slot) => slot === slots[0])).toHaveLength(1)
  expect(end).toMatchObject({ type: 'run.completed', tally: { succeeded: 20 } })
})

it('T-09: a task that is assigned already cannot be assigned again', async () => {
  const { facts } = await run({ workers: [worker('adder', 'add', () => 1)], tasks: [task('add', 1, { id: 'a' })] })
  const state = new KernelState()
  const at = facts.findIndex(({ type }) => type === 'task.assigned')
  for (const fact of facts.slice(0, at + 1)) evolve(state, fact)
  const again = { ...(facts[at] as Fact & { seq: number }), seq: state.seq + 1 } as Fact
  expect(() => evolve(state, again)).toThrow(expect.objectContaining({ code: 'FACT_ILLEGAL' }))
})

it('T-31: another worker with the same input and output needs no change of the manager', async () => {
  const tasks = [task('double', 2, { id: 'a' }), task('double', 3, { id: 'b' })]
  const multiply = worker('multiplier', 'double', (body) => Number(body) * 2)
  const add = worker('adder', 'double', (body) => Number(body) + Number(body))
  const [one, other] = [await run({ workers: [multiply], tasks }), await run({ workers: [add], tasks })]
  expect(one.end).toMatchObject({ type: 'run.completed', result: { result: [4, 6] } })
  expect(other.end?.type === 'run.completed' && other.end.result).toEqual(
    one.end?.type === 'run.completed' && one.end.result,
  )
})
