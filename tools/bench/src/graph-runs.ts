import { RunConfigSchema, type AnyManager, type DurableFact, type Json, type Task } from '@bosun/core'
import { audit } from '@bosun/invariants'
import {
  commutative,
  dynamic,
  fanOut,
  mapReduce,
  pipeline,
  planExecuteReview,
  streaming,
  task,
  workQueue,
} from '@bosun/managers'
import { defineWorker } from '@bosun/sdk'
import { z } from 'zod'
import type { GraphShape } from './graph-shapes.ts'
import { withRuntime, type RuntimeUnderTest } from './nothing-world.ts'

/** What runs of graphs under the variants came to. */
export interface GraphReport {
  readonly runs: number
  readonly tasks: number
  readonly faults: readonly string[]
}

/** The managers that take a graph, each with what it finishes with. */
export const GRAPH_VARIANTS = [
  'fan-out',
  'streaming',
  'work-queue',
  'dynamic',
  'map-reduce',
  'pipeline',
  'plan-execute-review',
] as const
export type GraphVariant = (typeof GRAPH_VARIANTS)[number]

const SLOTS = 8
const MODULUS = 1_000_003

/** Adds its own number to what the tasks before have brought; a verdict is always good. */
const adder = defineWorker({
  name: 'adder',
  summary: 'Adds up numbers.',
  handles: 'add',
  body: z.int(),
  result: z.int(),
  run: ({ body }, { inputs }) =>
    Object.values(inputs).reduce<number>((sum, one) => (sum + Number(one)) % MODULUS, body),
})
const reviewer = defineWorker({
  name: 'reviewer',
  summary: 'Is content.',
  handles: 'review',
  body: z.int(),
  result: z.strictObject({ accepted: z.boolean() }),
  run: () => ({ accepted: true }),
})

/** Runs each graph under each variant, and compares what it comes to with a loop over its tasks. */
export async function graphRuns(
  shapes: readonly GraphShape[],
  tell: (done: number) => void = () => {},
  variants: readonly GraphVariant[] = GRAPH_VARIANTS,
): Promise<GraphReport> {
  return withRuntime({ slotsMax: SLOTS, workers: [adder, reviewer] }, async (runtime) => {
    const faults: string[] = []
    let [runs, tasks, done] = [0, 0, 0]
    for (const shape of shapes) {
      for (const variant of variants) {
        // One after the other: each has the whole process.
        // oxlint-disable-next-line no-await-in-loop
        const found = await graphFaults(runtime, shape, variant)
        faults.push(...found.map((fault) => `${shape.name} under ${variant}: ${fault}`))
        runs += 1
        tasks += shape.dependsOn.length
      }
      tell((done += 1))
    }
    return { runs, tasks, faults }
  })
}

// ---------------------------------------------------------------------------------------------

async function graphFaults({ bosun }: RuntimeUnderTest, shape: GraphShape, variant: GraphVariant): Promise<string[]> {
  const config = RunConfigSchema.parse({
    limits: { slotsMax: SLOTS, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 },
  })
  const run = await bosun.run(managerOf(variant, shape), null, { config })
  const { end } = await run.outcome
  if (end?.type !== 'run.completed') return [`it ended as ${JSON.stringify(end)?.slice(0, 300)}`]
  const facts: DurableFact[] = []
  for await (const batch of bosun.journal.read(run.run)) facts.push(...batch)
  const due = valueOf(shape)
  const came = valueIn(end.result)
  return [
    ...(came === due ? [] : [`it came to ${came}, and one after the other to ${due}`]),
    ...earlyIn(facts).slice(0, 3),
    ...audit(facts).violations.map(({ invariant, sentence }) => `${invariant} ${sentence}`),
  ]
}

function managerOf(variant: GraphVariant, shape: GraphShape): AnyManager {
  const name = 'graph'
  const tasks = () => tasksOf(shape)
  const reduce = commutative((sum: number, one: number, { body }: Task) => weighed(sum, one, body), 0)
  switch (variant) {
    case 'fan-out':
      return fanOut({ name, start: tasks, reduce })
    case 'streaming':
      return streaming({ name, start: tasks, reduce })
    case 'work-queue':
      return workQueue({ name, items: tasks, task: (one: Task) => one, reduce })
    case 'dynamic':
      return dynamic({ name, start: tasks, discovered: () => [], reduce })
    case 'map-reduce':
      return mapReduce({ name, map: tasks, reduce })
    case 'pipeline': {
      const inner = { name: 'inner', run: mapReduce({ name: 'inner', map: tasks, reduce }) }
      const outer = { name: 'outer', run: (sum: number) => task('add', sum, { id: 'sum' }) }
      return pipeline({ name, stages: [inner, outer] })
    }
    case 'plan-execute-review':
      return planExecuteReview({ name, plan: tasks, reduce, review: (sum) => task('review', sum, { id: 'verdict' }) })
  }
}

function tasksOf({ dependsOn }: GraphShape): readonly Task[] {
  return dependsOn.map((before, index) =>
    task('add', index, { id: `t${index}`, ...(before.length === 0 ? {} : { dependsOn: before.map((n) => `t${n}`) }) }),
  )
}

/** Every result counts by its place, and the order in which they come does not. */
function weighed(sum: number, one: number, index: Json): number {
  return (sum + one * (Number(index) + 1)) % MODULUS
}

/** The same by a loop. */
function valueOf({ dependsOn }: GraphShape): number {
  const results: number[] = []
  for (const [index, before] of dependsOn.entries()) {
    results.push(before.reduce((sum, n) => (sum + (results[n] as number)) % MODULUS, index))
  }
  return results.reduce((sum, one, index) => weighed(sum, one, index), 0)
}

/** What a variant has made of the results, in whatever it wraps it. */
function valueIn(result: Json): Json {
  if (typeof result !== 'object' || result === null) return result
  const { result: value, work } = result as { readonly result?: Json; readonly work?: Json }
  const inner = value ?? work
  return inner === undefined ? result : valueIn(inner)
}

/** Tasks that were assigned before all that they depend on had succeeded. */
function earlyIn(facts: readonly DurableFact[]): string[] {
  const waitsFor = new Map<string, readonly string[]>()
  const succeeded = new Set<string>()
  const early: string[] = []
  for (const fact of facts) {
    if (fact.type === 'task.added') waitsFor.set(fact.task.id, fact.task.dependsOn ?? [])
    else if (fact.type === 'task.succeeded') succeeded.add(fact.task)
    else if (fact.type === 'task.assigned') {
      const missing = waitsFor.get(fact.task)?.find((id) => !succeeded.has(id))
      if (missing !== undefined) early.push(`${fact.task} was assigned before ${missing} had succeeded`)
    }
  }
  return early
}
