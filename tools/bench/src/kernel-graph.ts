import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BUILT_IN_STRATEGIES, createKernel, decide, nextMessage, seededRandom, type Kernel } from '@bosun/kernel'
import { RunConfigSchema, WorkerEntrySchema, type Fact, type Strategy, type Task } from '@bosun/core'
import { PGraph } from 'p-graph'

/**
 * What one task costs the kernel, beside a hand-written loop over promises and beside p-graph, on one
 * graph: task i has up to three dependencies among the 200 before it, tasks do nothing, 32 at a time.
 *
 * The machine may be loaded by others, so the three take turns and the medians of their ratios within
 * a turn are what to look at. The kernel does more than the other two: it checks the graph, makes the facts of a whole run (six per
 * task) and delivers every outcome to a manager.
 */
export interface KernelGraphReport {
  readonly tasks: number
  readonly kernelUs: number
  readonly loopUs: number
  readonly pGraphUs: number | undefined
  /** Kernel to p-graph, and kernel to loop: below 1 the kernel is faster. */
  readonly toPGraph: number | undefined
  readonly toLoop: number
  /** Bytes that the state of the kernel holds per task when the run is over; the tasks themselves not counted. */
  readonly heapBytes: number
}

// The flag has to be set before the context is made, which then has the function.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const SLOTS_COUNT = 32
const WINDOW = 200
/** Beyond this p-graph takes too long for a benchmark. */
const PGRAPH_TASKS_MAX = 100_000

export async function kernelGraph(count: number, rounds = 5): Promise<KernelGraphReport> {
  const tasks = randomGraph(count)
  // A round of small graphs repeats them, so that every round is about as long.
  const repeats = Math.max(1, Math.round(100_000 / count))
  const measured: { kernel: number; loop: number; pGraph: number }[] = []
  for (let round = -1; round < rounds; round += 1) {
    // One after the other on purpose: they are compared by time.
    // oxlint-disable no-await-in-loop
    const kernel = await usPerTask(repeats * count, repeats, () => void runKernel(tasks))
    const loop = await usPerTask(repeats * count, repeats, () => runLoop(tasks))
    const pGraph =
      count > PGRAPH_TASKS_MAX ? Number.NaN : await usPerTask(repeats * count, repeats, () => runPGraph(tasks))
    // oxlint-enable no-await-in-loop
    // The first round warms up.
    if (round >= 0) measured.push({ kernel, loop, pGraph })
  }
  const isCompared = count <= PGRAPH_TASKS_MAX
  return {
    tasks: count,
    kernelUs: median(measured.map(({ kernel }) => kernel)),
    loopUs: median(measured.map(({ loop }) => loop)),
    pGraphUs: isCompared ? median(measured.map(({ pGraph }) => pGraph)) : undefined,
    toLoop: median(measured.map(({ kernel, loop }) => kernel / loop)),
    toPGraph: isCompared ? median(measured.map(({ kernel, pGraph }) => kernel / pGraph)) : undefined,
    heapBytes: heapPerTask(tasks),
  }
}

/** Task i has no to three dependencies among the 200 before it. The same for the same count. */
export function randomGraph(count: number): readonly Task[] {
  const random = seededRandom(7)
  const tasks: Task[] = []
  for (let index = 0; index < count; index += 1) {
    const dependsOn = new Set<string>()
    const wanted = index === 0 ? 0 : Math.floor(random() * 4)
    for (let one = 0; one < wanted; one += 1) {
      dependsOn.add(`t${index - 1 - Math.floor(random() * Math.min(WINDOW, index))}`)
    }
    const task = { id: `t${index}`, type: 'nothing', body: null }
    tasks.push(dependsOn.size === 0 ? task : { ...task, dependsOn: Array.from(dependsOn) })
  }
  return tasks
}

/** Drives a kernel through the graph: results at once, every message heard, an input at a time. */
export function runKernel(tasks: readonly Task[]): Kernel {
  const kernel = createKernel(BUILT_IN_STRATEGIES[0] as Strategy)
  const max = Number.MAX_SAFE_INTEGER
  const limits = { slotsMax: SLOTS_COUNT, tasksMax: max, startsPerSecondMax: max }
  const config = RunConfigSchema.parse({ limits })
  const workers = [WorkerEntrySchema.parse({ name: 'worker', handles: 'nothing', summary: 'Does nothing.' })]
  decide(kernel, { type: 'start', at: 0, run: 'r', goal: null, manager: 'm', config, origins: {}, workers })
  for (let slot = 1; slot <= SLOTS_COUNT; slot += 1) {
    decide(kernel, { type: 'joined', at: 0, slot: `worker/${slot}`, worker: 'worker' })
  }
  const assigned: { readonly task: string; readonly epoch: number }[] = []
  const facts: Fact[] = []
  let outcomes = 0
  const take = () => {
    for (const fact of facts) if (fact.type === 'task.assigned') assigned.push(fact)
    facts.length = 0
  }
  decide(kernel, { type: 'decided', at: 0, decisions: [{ type: 'delegate', tasks: [...tasks] }] }, facts)
  take()
  for (let next = 0; next < assigned.length; next += 1) {
    const { task, epoch } = assigned[next] as (typeof assigned)[number]
    decide(kernel, { type: 'result', at: 0, task, epoch, result: null, outputs: [] }, facts)
    if (nextMessage(kernel.state, 0)?.message.type === 'outcome') outcomes += 1
    decide(kernel, { type: 'decided', at: 0, decisions: [] }, facts)
    take()
  }
  if (outcomes !== tasks.length || kernel.state.counts.succeeded !== tasks.length)
    throw new Error('The kernel left tasks undone.')
  return kernel
}

/** What one would write by hand: count what each task waits for, start what waits for nothing. */
async function runLoop(tasks: readonly Task[]): Promise<void> {
  const waits = new Map<string, number>()
  const dependants = new Map<string, string[]>()
  const ready: string[] = []
  for (const { id, dependsOn = [] } of tasks) {
    waits.set(id, dependsOn.length)
    if (dependsOn.length === 0) ready.push(id)
    for (const one of dependsOn) {
      const list = dependants.get(one)
      if (list === undefined) dependants.set(one, [id])
      else list.push(id)
    }
  }
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (done < tasks.length) {
      const id = ready[next]
      // oxlint-disable no-await-in-loop
      if (id === undefined) {
        await Promise.resolve()
        continue
      }
      next += 1
      await nothing()
      // oxlint-enable no-await-in-loop
      done += 1
      for (const dependant of dependants.get(id) ?? []) {
        const left = (waits.get(dependant) ?? 0) - 1
        waits.set(dependant, left)
        if (left === 0) ready.push(dependant)
      }
    }
  }
  await Promise.all(Array.from({ length: SLOTS_COUNT }, work))
}

async function runPGraph(tasks: readonly Task[]): Promise<void> {
  const nodes = new Map(tasks.map(({ id }) => [id, { run: nothing }]))
  const arrows = tasks.flatMap(({ id, dependsOn = [] }) => dependsOn.map((one): [string, string] => [one, id]))
  await new PGraph(nodes, arrows).run({ concurrency: SLOTS_COUNT })
}

async function nothing(): Promise<void> {}

async function usPerTask(tasksCount: number, repeats: number, work: () => Promise<void> | void): Promise<number> {
  const began = performance.now()
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await work()
  }
  return ((performance.now() - began) * 1_000) / tasksCount
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

function heapPerTask(tasks: readonly Task[]): number {
  const before = heap()
  const kernel = runKernel(tasks)
  const after = heap()
  return kernel.state.tasks.length === 0 ? 0 : (after - before) / tasks.length
}

/** Bytes in use after a collection. */
function heap(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** Measures graphs of these sizes and prints a line for each, and how the cost grows. */
export async function printKernelGraph(counts: readonly number[] = [10_000, 100_000, 1_000_000]): Promise<void> {
  const reports: KernelGraphReport[] = []
  for (const count of counts) {
    // oxlint-disable-next-line no-await-in-loop
    const report = await kernelGraph(count)
    reports.push(report)
    const { kernelUs, loopUs, pGraphUs, toPGraph, toLoop, heapBytes } = report
    const us = `kernel ${kernelUs.toFixed(2)} us per task, loop ${loopUs.toFixed(2)}, p-graph ${text(pGraphUs)}`
    const ratios = `kernel to loop ${toLoop.toFixed(2)}, to p-graph ${text(toPGraph)}`
    console.log(`${count} tasks: ${us}; ${ratios}; ${heapBytes.toFixed(0)} bytes per task`)
  }
  const [first, last] = [reports[0], reports.at(-1)]
  if (first === undefined || last === undefined || first === last) return
  const growth = (last.kernelUs / first.kernelUs).toFixed(2)
  console.log(`cost per task at ${last.tasks} to that at ${first.tasks}: ${growth}`)
}

function text(value: number | undefined): string {
  return value?.toFixed(2) ?? 'left out'
}

if (import.meta.main) await printKernelGraph(process.argv.length > 2 ? process.argv.slice(2).map(Number) : undefined)
