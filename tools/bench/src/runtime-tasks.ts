import type { Task } from '@bosun/core'
import { MemoryJournal } from '@bosun/runtime'
import { Effect } from 'effect'
import { PGraph } from 'p-graph'
import PQueue from 'p-queue'
import { randomGraph } from './kernel-graph.ts'
import { measure, type Measured, type MeasureOptions } from './measure.ts'
import { flatTasks, nothing, withRuntime } from './nothing-world.ts'

const SLOTS = 32

/** What the in-memory runtime takes for tasks that do nothing, beside libraries that only run functions. */
export interface RuntimeTasksReport {
  readonly tasks: number
  /** Tasks that depend on nothing. */
  readonly flat: Measured
  /** Tasks with no to three dependencies each. */
  readonly graph: Measured
  /** All of the flat tasks in one run, beside a tenth of them in each of ten: about the same when a task costs the same. */
  readonly growth: Measured
}

/**
 * Benchmark (b): the embedded runtime with its journal in memory, workers in this process, leases,
 * retries and caps on, 32 slots; beside p-graph, p-queue and effect with the same concurrency, which
 * keep no log, no lease and no result.
 */
export async function runtimeTasks(count: number, options: MeasureOptions = {}): Promise<RuntimeTasksReport> {
  const flat = flatTasks(count)
  const graph = randomGraph(count)
  return withRuntime({ slotsMax: SLOTS }, async ({ bosun, run }) => {
    const once = async (tasks: readonly Task[]) => {
      const id = await run(tasks)
      // A journal in memory would keep every round, and whoever comes next would pay for it.
      if (bosun.journal instanceof MemoryJournal) await bosun.journal.remove(id)
    }
    return {
      tasks: count,
      flat: await measure(
        {
          bosun: () => once(flat),
          'p-graph': () => runPGraph(flat),
          'p-queue': () => runPQueue(flat),
          effect: () => runEffect(flat),
        },
        options,
      ),
      graph: await measure({ bosun: () => once(graph), 'p-graph': () => runPGraph(graph) }, options),
      growth: await measure(
        {
          bosun: () => once(flat),
          'ten runs of a tenth': async () => {
            // oxlint-disable-next-line no-await-in-loop
            for (let tenth = 0; tenth < 10; tenth += 1) await once(flat.slice(0, count / 10))
          },
        },
        options,
      ),
    }
  })
}

async function runPGraph(tasks: readonly Task[]): Promise<void> {
  const nodes = new Map(tasks.map(({ id }) => [id, { run: nothing }]))
  const arrows = tasks.flatMap(({ id, dependsOn = [] }) => dependsOn.map((one): [string, string] => [one, id]))
  await new PGraph(nodes, arrows).run({ concurrency: SLOTS })
}

async function runPQueue(tasks: readonly Task[]): Promise<void> {
  await new PQueue({ concurrency: SLOTS }).addAll(tasks.map(() => nothing))
}

async function runEffect(tasks: readonly Task[]): Promise<void> {
  const one = Effect.promise(nothing)
  await Effect.runPromise(Effect.forEach(tasks, () => one, { concurrency: SLOTS, discard: true }))
}
