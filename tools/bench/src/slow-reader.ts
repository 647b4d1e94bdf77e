import { setTimeout as sleep } from 'node:timers/promises'
import { RunConfigSchema } from '@bosun/core'
import type { RunHandle } from '@bosun/runtime'
import { counter, flatTasks, withRuntime } from './nothing-world.ts'

/** What it comes to that somebody reads slowly. */
export interface SlowReaderReport {
  readonly tasks: number
  /** Outcomes that had been read when the run was over: far fewer than all, or nobody was slow. */
  readonly readAtEnd: number
  /** How much larger the process grew than for the same run without a reader, in MiB. */
  readonly grownMiB: number
  readonly faults: readonly string[]
}

const GROWN_MIB_MAX = 64
const EVERY_MS = 50

/**
 * Runs tasks that do nothing while a loop reads their outcomes at a pace that cannot keep up, and watches
 * the memory of the process. Every outcome has to be read once, in the order of the log.
 */
export async function slowReader(count: number, tell: (done: number) => void): Promise<SlowReaderReport> {
  return withRuntime({ slotsMax: 32, journal: 'sqlite' }, async ({ bosun }) => {
    const config = RunConfigSchema.parse({
      limits: { slotsMax: 32, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 },
    })
    const started = () => bosun.run(counter(flatTasks(count)), null, { config })
    // The first run warms up, the second is what to compare with.
    await peakOf(started, async (run) => void (await run.outcome))
    const without = await peakOf(started, async (run) => void (await run.outcome))
    const read: string[] = []
    let readAtEnd = 0
    const order: string[] = []
    const slowly = await peakOf(started, async (run) => {
      void run.outcome.then(() => (readAtEnd = read.length))
      run.facts$.subscribe((fact) => {
        if (fact.type === 'task.succeeded') order.push(fact.task)
      })
      for await (const { task } of run.outcomes$) {
        read.push(task)
        tell(read.length)
        // Slow while the run goes on; what is left then is read as fast as it comes.
        if (readAtEnd === 0) await sleep(1)
      }
    })
    const grownMiB = Math.round((slowly - without) / 2 ** 20)
    return { tasks: count, readAtEnd, grownMiB, faults: faultsOf(read, order, count, readAtEnd, grownMiB) }
  })
}

/** The largest resident set while something goes on, in bytes. */
async function peakOf(start: () => Promise<RunHandle>, follow: (run: RunHandle) => Promise<void>): Promise<number> {
  let peak = process.memoryUsage.rss()
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), EVERY_MS)
  try {
    await follow(await start())
    return Math.max(peak, process.memoryUsage.rss())
  } finally {
    clearInterval(timer)
  }
}

function faultsOf(
  read: readonly string[],
  order: readonly string[],
  count: number,
  readAtEnd: number,
  grownMiB: number,
): readonly string[] {
  return [
    ...(read.length === count ? [] : [`${read.length} of ${count} outcomes were read`]),
    ...(read.every((task, at) => task === order[at]) ? [] : ['outcomes were read out of order']),
    ...(readAtEnd < count / 2 ? [] : ['the reader was not slow']),
    ...(grownMiB < GROWN_MIB_MAX ? [] : [`the process grew by ${grownMiB} MiB`]),
  ]
}
