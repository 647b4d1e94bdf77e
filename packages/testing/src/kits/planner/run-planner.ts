import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyWorker, Fact, Planner, PlanRequest, Task } from '@bosun/core'
import { fanOut } from '@bosun/managers'
import { Bosun, createContainer, embedded, layOut, plugins, scriptedModels } from '@bosun/runtime'
import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { differingPaths, folderDigest } from '../folder-digest.ts'
import type { PlannerExample } from './planner-kit-options.ts'

/** What came of one goal. */
export interface PlannedRun {
  readonly facts: readonly Fact[]
  /** The plan as it was received; absent when there was none. */
  readonly tasks: readonly Task[] | undefined
  /** Codes of all errors. */
  readonly codes: readonly string[]
  /** Paths of the project that are otherwise than before. */
  readonly changedPaths: readonly string[]
  /** Answers of models that it did not ask for. */
  readonly unplayedCount: number
  /** Whether its code still went on after the time it may take to stop. */
  readonly isRunning: boolean
}

export interface PlannerRunOptions {
  readonly workers: readonly AnyWorker[]
  /** Cancels the run as soon as the planner is at work. */
  readonly stops?: boolean
  readonly abortWithinMs: number
}

/** Plans a goal in a real run, whose workers do nothing. */
export async function runPlanner(
  planner: Planner,
  example: PlannerExample,
  options: PlannerRunOptions,
): Promise<PlannedRun> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bosun-kit-')))
  try {
    const folder = join(root, 'project')
    layOut(folder, example.files ?? {})
    const before = folderDigest(folder)
    const { stops = false, abortWithinMs } = options
    const models = scriptedModels(example.models ?? {})
    const watched = new WatchedPlanner(planner)
    const workers = options.workers.map(idle)
    const facts: Fact[] = []
    {
      const container = await createContainer(
        embedded({ folder, stateDir: join(root, 'state'), journal: 'memory', models }),
        plugins(definePlugin({ name: 'kit', workers })),
      )
      await using bosun = container.get(Bosun)
      const run = await bosun.run(fanOut({ name: 'kit', plan: true }), example.goal, { planner: watched })
      run.facts$.subscribe((fact) => facts.push(fact))
      if (stops) watched.onPlan(() => void run.cancel('the kit stops it'))
      await run.outcome
      await watched.ended(abortWithinMs)
    }
    return {
      facts,
      tasks: facts.find((fact) => fact.type === 'plan.received')?.tasks,
      codes: facts.flatMap((fact) => ('error' in fact && fact.error !== undefined ? [fact.error.code] : [])),
      changedPaths: differingPaths(before, folderDigest(folder)),
      unplayedCount: models.unplayed().reduce((sum, { count }) => sum + count, 0),
      isRunning: watched.isRunning,
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

// ---------------------------------------------------------------------------------------------

/** A worker that takes the same bodies and does nothing. */
function idle(worker: AnyWorker): AnyWorker {
  const { outputs: _, ...rest } = worker
  return { ...rest, entry: { ...worker.entry, tools: [] }, tools: {}, needs: {}, result: z.null(), run: () => null }
}

/** A planner whose code is watched. */
class WatchedPlanner implements Planner {
  readonly name: string
  readonly #planner: Planner
  readonly #work: Promise<unknown>[] = []
  #endedCount = 0
  #onPlan = () => {}

  constructor(planner: Planner) {
    this.name = planner.name
    this.#planner = planner
  }

  get isRunning(): boolean {
    return this.#endedCount < this.#work.length
  }

  plan(request: PlanRequest) {
    const plan = Promise.try(() => this.#planner.plan(request))
    const settled = () => {
      this.#endedCount += 1
    }
    this.#work.push(plan.then(settled, settled))
    this.#onPlan()
    return plan
  }

  onPlan(take: () => void): void {
    this.#onPlan = take
  }

  /** Waits for its code, no longer than it may take. */
  async ended(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, withinMs)
    await Promise.race([Promise.all(this.#work), promise])
    clearTimeout(timer)
  }
}
