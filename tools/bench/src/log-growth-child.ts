import { setTimeout as sleep } from 'node:timers/promises'
import { RunConfigSchema } from '@bosun/core'
import { commutative, fanOut } from '@bosun/managers'
import { flatTasks, withRuntime } from './nothing-world.ts'

/** What the process of a long run tells of it. */
export interface LongRun {
  readonly facts: number
  readonly seconds: number
  /** Facts that a slow reader of its handle had read when the run was over. */
  readonly readAtEnd: number
}

const SLOTS = 64
const PAUSE_MS = 5

const [folder = '', run = '', tasks = '0'] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(await longRun())}\n`)

/** A run of tasks that do nothing, with a loop over its handle that does not keep up. */
async function longRun(): Promise<LongRun> {
  return withRuntime({ slotsMax: SLOTS, journal: 'sqlite', folder }, async ({ bosun }) => {
    const config = RunConfigSchema.parse({
      limits: { slotsMax: SLOTS, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 },
    })
    const manager = fanOut({
      name: 'long',
      start: () => flatTasks(Number(tasks)),
      reduce: commutative((sum: number) => sum + 1, 0),
    })
    const from = performance.now()
    const handle = await bosun.run(manager, null, { run, config })
    let [isOver, read] = [false, 0]
    const reader = (async () => {
      for await (const facts of handle) {
        if (isOver) return
        read += facts.length
        await sleep(PAUSE_MS)
      }
    })()
    const { end } = await handle.outcome
    isOver = true
    if (end?.type !== 'run.completed') throw new Error(`The run ended ${end?.type}.`)
    const seconds = Math.round((performance.now() - from) / 1_000)
    await reader
    const facts = (await bosun.journal.runs()).find((one) => one.run === run)?.facts ?? 0
    return { facts, seconds, readAtEnd: read }
  })
}
