import type { Planner } from '@bosun/core'
import { expect } from 'vitest'
import type { KitPromise } from '../kit-promise.ts'
import type { PlannerExample, PlannerKitOptions } from './planner-kit-options.ts'
import { runPlanner, type PlannedRun } from './run-planner.ts'

const ABORT_WITHIN_MS = 2_000

/** One goal of a planner under proof. */
export interface PlannerUnderProof {
  readonly planner: Planner
  readonly example: PlannerExample
  readonly options: PlannerKitOptions
  /** The example, planned once and not disturbed. */
  planned(): Promise<PlannedRun>
}

const plansWell: KitPromise<PlannerUnderProof> = {
  title: 'M-28: its plan is taken in whole before anything starts, and each of its tasks can be done',
  async prove({ planned }) {
    const { facts, tasks, codes, unplayedCount } = await planned()
    expect(codes).toEqual([])
    expect(tasks?.length, 'tasks of its plan').toBeGreaterThan(0)
    expect(facts.at(-1)?.type).toBe('run.completed')
    expect(unplayedCount, 'answers of the example’s models that it did not ask for').toBe(0)
  },
}

const executesNothing: KitPromise<PlannerUnderProof> = {
  title: 'it executes nothing: the project stays as it is',
  async prove({ planned }) {
    expect((await planned()).changedPaths).toEqual([])
  },
}

const isDeterministic: KitPromise<PlannerUnderProof> = {
  title: 'the same goal leads to the same plan',
  async prove(proof) {
    expect((await planning(proof)).tasks).toEqual((await proof.planned()).tasks)
  },
}

const stops: KitPromise<PlannerUnderProof> = {
  title: 'when its run is cancelled, it ends in time and nothing comes of it',
  async prove(proof) {
    const { facts, isRunning } = await planning(proof, true)
    const limit = `${proof.options.abortWithinMs ?? ABORT_WITHIN_MS} ms`
    expect(isRunning, `whether it still goes on ${limit} after the end of its run`).toBe(false)
    expect(facts.filter(({ type }) => type === 'task.assigned')).toEqual([])
  },
}

const refuses: KitPromise<PlannerUnderProof> = {
  title: 'a goal that leads to no plan is refused by the code that the failure states',
  async prove(proof) {
    for (const { code, ...example } of proof.options.failures ?? []) {
      // oxlint-disable-next-line no-await-in-loop
      const { codes, facts } = await planning({ ...proof, example })
      expect({ goal: example.goal, codes }).toEqual({ goal: example.goal, codes: expect.arrayContaining([code]) })
      expect(facts.filter(({ type }) => type === 'task.assigned')).toEqual([])
    }
  },
}

/** What a planner promises of each of its examples. */
export function promisesOfGoal(options: Pick<PlannerKitOptions, 'isDeterministic'>): typeof promisesOfPlanner {
  return [plansWell, executesNothing, ...(options.isDeterministic === false ? [] : [isDeterministic])]
}

/** What it promises of itself, shown by its first example. */
export const promisesOfPlanner: readonly KitPromise<PlannerUnderProof>[] = [stops, refuses]

/** Plans the example once more. */
export function planning(
  { planner, example, options }: Omit<PlannerUnderProof, 'planned'>,
  isStopped = false,
): Promise<PlannedRun> {
  const { workers, abortWithinMs = ABORT_WITHIN_MS } = options
  return runPlanner(planner, example, { workers, abortWithinMs, stops: isStopped })
}
