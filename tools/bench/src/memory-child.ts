import { RunConfigSchema } from '@bosun/core'
import { commutative, fanOut } from '@bosun/managers'
import { flatTasks, withRuntime } from './nothing-world.ts'

/** The memory of a process, in bytes, each after so many tasks more. */
export interface MemoryCurve {
  /** Its resident set between runs of 10,000 tasks, which are over then. */
  readonly betweenRuns: readonly number[]
  /** Its heap within one run, at every tenth of its tasks. */
  readonly withinRun: readonly number[]
}

const SLOTS = 64
const STEP = 10_000

const tasks = Number(process.argv[2])

async function curve(): Promise<MemoryCurve> {
  return withRuntime({ slotsMax: SLOTS, journal: 'sqlite' }, async ({ bosun }) => {
    const config = RunConfigSchema.parse({
      limits: { slotsMax: SLOTS, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 },
    })
    const run = async (count: number, onDone: (done: number) => void) => {
      const manager = fanOut({
        name: 'count',
        start: () => flatTasks(count),
        reduce: commutative((sum: number) => sum + 1, 0),
      })
      const handle = await bosun.run(manager, null, { config })
      let done = 0
      handle.facts$.subscribe(({ type }) => {
        if (type === 'task.succeeded') onDone((done += 1))
      })
      await handle.outcome
    }
    const betweenRuns: number[] = []
    for (let done = 0; done < tasks; done += STEP) {
      // oxlint-disable-next-line no-await-in-loop
      await run(STEP, () => {})
      globalThis.gc?.()
      betweenRuns.push(process.memoryUsage.rss())
      process.stdout.write(`${done}\n`)
    }
    const withinRun: number[] = []
    await run(tasks, (done) => {
      if (done % (tasks / 10) !== 0) return
      globalThis.gc?.()
      withinRun.push(process.memoryUsage().heapUsed)
    })
    return { betweenRuns, withinRun }
  })
}

process.stdout.write(`${JSON.stringify(await curve())}\n`)
