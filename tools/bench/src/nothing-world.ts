import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunConfigSchema, type AnyManager, type AnyWorker, type Task } from '@bosun/core'
import { commutative, fanOut } from '@bosun/managers'
import { Bosun, createContainer, embedded, plugins } from '@bosun/runtime'
import { definePlugin, defineWorker } from '@bosun/sdk'
import { z } from 'zod'

/** What all contenders do, once per task. */
export async function nothing(): Promise<null> {
  return null
}

/** Tasks that depend on nothing. */
export function flatTasks(count: number): Task[] {
  return Array.from({ length: count }, (_, index) => ({ id: `t${index}`, type: 'nothing', body: null }))
}

/** Counts the results of its tasks. */
export function counter(tasks: readonly Task[]): AnyManager {
  return fanOut({ name: 'count', start: () => tasks, reduce: commutative((sum: number) => sum + 1, 0) })
}

export interface RuntimeUnderTest {
  readonly bosun: Bosun
  readonly stateDir: string
  /** Runs tasks to their end; resolves to the id of the run. */
  run(tasks: readonly Task[]): Promise<string>
}

export interface RuntimeOptions {
  readonly slotsMax: number
  /** @defaultValue `memory` */
  readonly journal?: 'memory' | 'sqlite'
  /** @defaultValue one that does nothing */
  readonly workers?: readonly AnyWorker[]
  /** @defaultValue a new one, which is gone afterwards */
  readonly folder?: string
}

const idler = defineWorker({
  name: 'worker',
  handles: 'nothing',
  summary: 'Does nothing.',
  body: z.null(),
  result: z.null(),
  run: nothing,
})

/** The embedded world with workers in this process. */
export async function withRuntime<T>(
  { slotsMax, journal = 'memory', workers = [idler], folder: given }: RuntimeOptions,
  use: (runtime: RuntimeUnderTest) => Promise<T>,
): Promise<T> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'bosun-bench-')))
  const stateDir = join(folder, '.bosun')
  const container = await createContainer(
    embedded({ folder, stateDir, journal }),
    plugins(definePlugin({ name: 'bench', workers: [...workers] })),
  )
  // Caps on, and none of them reached but the slots.
  const limits = { slotsMax, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 }
  const config = RunConfigSchema.parse({ limits })
  const bosun = container.get(Bosun)
  try {
    return await use({
      bosun,
      stateDir,
      async run(tasks) {
        const run = await bosun.run(counter(tasks), null, { config })
        const { end } = await run.outcome
        if (end?.type !== 'run.completed') throw new Error(`The run ended ${end?.type}.`)
        return run.run
      },
    })
  } finally {
    await bosun.close()
    if (given === undefined) await rm(folder, { recursive: true, force: true })
  }
}
