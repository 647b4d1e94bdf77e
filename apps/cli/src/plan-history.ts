import { BosunError, type Task } from '@bosun/core'
import { RunHistory } from '@bosun/kernel'
import { existsSync } from 'node:fs'
import type { Cli } from './cli.ts'
import type { Project, State } from './engine.ts'

/** Former runs that are looked at, the latest first, and the facts of them. */
const RUNS_MAX = 20
const FACTS_MAX = 200_000

/** What former runs of a state folder tell of the types of a plan. */
export interface PlanHistory {
  readonly history: RunHistory
  /** Runs in which a task of a type of the plan succeeded. */
  readonly runs: number
}

/** Reads what the latest runs of a project say of the tasks of a plan. Writes nothing, and makes no state folder. */
export async function planHistory(cli: Cli, project: Project, tasks: readonly Task[]): Promise<PlanHistory> {
  const history = new RunHistory()
  if (!existsSync(project.stateDir)) return { history, runs: 0 }
  const types = new Set(tasks.map(({ type }) => type))
  const state = await (await cli.engine()).openState(project.stateDir, project.folder)
  let runs = 0
  try {
    for (const run of latestOf(await state.runs())) {
      // One after the other: a history takes one run at a time.
      // oxlint-disable-next-line no-await-in-loop
      if (await readRun(state, run, history, types)) runs += 1
    }
  } finally {
    await state.close()
  }
  return { history, runs }
}

// ---------------------------------------------------------------------------------------------

function latestOf(runs: Awaited<ReturnType<State['runs']>>): readonly string[] {
  let factsCount = 0
  return runs
    .filter(({ state }) => state !== 'damaged')
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .slice(0, RUNS_MAX)
    .filter(({ facts }) => (factsCount += facts) <= FACTS_MAX)
    .map(({ run }) => run)
}

/** Whether the run tells anything of these types. */
async function readRun(state: State, run: string, history: RunHistory, types: ReadonlySet<string>): Promise<boolean> {
  const ofTypes = new Set<string>()
  let isOfUse = false
  try {
    for await (const facts of state.facts(run)) {
      for (const fact of facts) {
        history.take(fact)
        if (fact.type === 'task.added' && types.has(fact.task.type)) ofTypes.add(fact.task.id)
        if (fact.type === 'task.succeeded') isOfUse ||= ofTypes.has(fact.task)
      }
    }
  } catch (error) {
    // Pruned since it was listed.
    if (!BosunError.is(error, 'RUN_UNKNOWN')) throw error
  }
  return isOfUse
}
