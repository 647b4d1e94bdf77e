import type { Fact, Json } from '@bosun/core'
import { fanOut } from '@bosun/managers'
import { openTrial, scriptedModels, tasksOf, type RunHandle, type TrialWorld } from '@bosun/runtime'
import type { TrialExample, TrialOutput } from './trial-spec.ts'

/** One run of an example. */
export interface TrialRun extends TrialOutput {
  readonly facts: readonly Fact[]
  /** Answers of its script that it did not ask for. */
  readonly unplayedCount: number
}

/** The same for each run of an example, so that all have one idempotency key. */
const RUN = 'kit'

/**
 * Runs an example once.
 *
 * @param onRun is given the run before anything happens in it
 */
export async function runTrial(
  world: Omit<TrialWorld, 'models'>,
  example: TrialExample,
  onRun: (run: RunHandle) => void = () => {},
): Promise<TrialRun> {
  const { model } = world.worker.entry
  const models = scriptedModels(model === undefined ? {} : { [model]: (example.model ?? []) as readonly string[] })
  const { given, trial } = tasksOf(world.worker.entry, { ...example, number: 1 }, undefined)
  const facts: Fact[] = []
  {
    await using bosun = await openTrial({ ...world, models })
    const manager = fanOut({ name: 'kit', start: () => [...given, trial] })
    const run = await bosun.run(manager as never, null, { config: world.config, run: RUN })
    run.facts$.subscribe((fact) => facts.push(fact))
    onRun(run)
    await run.outcome
  }
  const unplayedCount = models.unplayed().reduce((sum, { count }) => sum + count, 0)
  return { facts, unplayedCount, ...outputOf(facts, trial.id) }
}

function outputOf(facts: readonly Fact[], trial: string): TrialOutput {
  const own = facts.filter((fact) => 'task' in fact && fact.task === trial)
  const files = own
    .flatMap((fact) => (fact.type === 'outputs.published' ? fact.files : []))
    .map(({ path, hash, deleted }) => ({ path, hash, ...(deleted === undefined ? {} : { deleted }) }))
  const result: Json | undefined = own.find((fact) => fact.type === 'attempt.succeeded')?.result
  const hasSucceeded = own.some((fact) => fact.type === 'task.succeeded')
  if (hasSucceeded && result !== undefined) return { result, files }
  const errors = [...own, ...facts].flatMap((fact) => ('error' in fact && fact.error !== undefined ? [fact.error] : []))
  return { error: errors[0]?.message ?? 'it has no result', files }
}
