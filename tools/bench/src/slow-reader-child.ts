import { setTimeout as sleep } from 'node:timers/promises'
import { RunConfigSchema } from '@bosun/core'
import { commutative, streaming } from '@bosun/managers'
import type { RunHandle } from '@bosun/runtime'
import { flatTasks, withRuntime } from './nothing-world.ts'

/** What the process of a slow reader tells of itself. */
export interface SlowReading {
  /** Outcomes that had been read when the run was over: far fewer than all, or nobody was slow. */
  readonly readAtEnd: number
  /** Partial results that the slow loop was given, of as many as there were outcomes. */
  readonly partials: number
  /** How much larger the process grew than for the same run without a reader, in MiB. */
  readonly grownMiB: number
  readonly faults: readonly string[]
}

const EVERY_MS = 50
const SLOTS = 32

const count = Number(process.argv[2])
async function measured(): Promise<SlowReading> {
  return withRuntime({ slotsMax: SLOTS, journal: 'sqlite' }, async ({ bosun }) => {
    const config = RunConfigSchema.parse({
      limits: { slotsMax: SLOTS, tasksMax: 10_000_000, startsPerSecondMax: 1_000_000_000 },
    })
    const manager = streaming({
      name: 'stream',
      start: () => flatTasks(count),
      reduce: commutative((sum: number) => sum + 1, 0),
      everyMs: 0,
    })
    const started = () => bosun.run(manager, null, { config })
    // The first run warms up, the second is what to compare with.
    await peakOf(started, async (run) => void (await run.outcome))
    const without = await peakOf(started, async (run) => void (await run.outcome))
    const reader = new SlowReader()
    const slowly = await peakOf(started, (run) => reader.read(run))
    return { ...reader.told(), grownMiB: Math.round((slowly - without) / 2 ** 20) }
  })
}

/** The largest resident set while something goes on, in bytes. */
async function peakOf(start: () => Promise<RunHandle>, follow: (run: RunHandle) => Promise<void>): Promise<number> {
  globalThis.gc?.()
  let peak = process.memoryUsage.rss()
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), EVERY_MS)
  try {
    await follow(await start())
    return Math.max(peak, process.memoryUsage.rss())
  } finally {
    clearInterval(timer)
  }
}

/** Reads at a pace that cannot keep up while the run goes on; what is left then, as fast as it comes. */
class SlowReader {
  readonly #read: string[] = []
  readonly #order: string[] = []
  readonly #partials: { readonly done: number; readonly final: boolean }[] = []
  #readAtEnd: number | undefined
  #thrown = 0

  async read(run: RunHandle): Promise<void> {
    void run.outcome.then(() => (this.#readAtEnd = this.#read.length))
    run.facts$.subscribe((fact) => {
      if (fact.type === 'task.succeeded') this.#order.push(fact.task)
    })
    run.outcomes$.subscribe(() => {
      this.#thrown += 1
      throw new Error('an observer that throws')
    })
    await Promise.all([this.#outcomes(run), this.#partialResults(run)])
  }

  told(): Omit<SlowReading, 'grownMiB'> {
    const readAtEnd = this.#readAtEnd ?? 0
    const falls = this.#partials.filter(({ done }, at) => at > 0 && done <= (this.#partials[at - 1]?.done ?? 0))
    const faults = [
      ...(this.#read.length === count ? [] : [`${this.#read.length} of ${count} outcomes were read`]),
      ...(this.#read.every((task, at) => task === this.#order[at]) ? [] : ['outcomes were read out of order']),
      ...(readAtEnd < count / 2 ? [] : ['the reader was not slow']),
      ...(falls.length === 0 ? [] : [`${falls.length} partial results came after a later one`]),
      ...(this.#partials.every(({ final }) => !final) ? [] : ['a partial result said that it was final']),
      ...(this.#thrown === 1 ? [] : [`an observer that throws was told ${this.#thrown} times`]),
    ]
    return { readAtEnd, partials: this.#partials.length, faults }
  }

  async #outcomes(run: RunHandle): Promise<void> {
    for await (const { task } of run.outcomes$) {
      this.#read.push(task)
      if (this.#read.length % 500 === 0) process.stdout.write(`${this.#read.length}\n`)
      if (this.#readAtEnd === undefined) await sleep(1)
    }
  }

  async #partialResults(run: RunHandle): Promise<void> {
    for await (const value of run.partial$) {
      const { done, final } = value as unknown as { readonly done: number; readonly final: boolean }
      this.#partials.push({ done, final })
      if (this.#readAtEnd === undefined) await sleep(1)
    }
  }
}

process.stdout.write(`${JSON.stringify(await measured())}\n`)
