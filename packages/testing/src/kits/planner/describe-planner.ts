// oxlint-disable vitest/valid-title, vitest/expect-expect -- it declares the tests of others
import type { Planner } from '@bosun/core'
import { describe, it } from 'vitest'
import { checkPlanner } from '../../check.ts'
import type { PlannerKitOptions } from './planner-kit-options.ts'
import { planning, promisesOfGoal, promisesOfPlanner } from './planner-promises.ts'

const TIMEOUT_MS = 30_000
const SCHEDULES = 25

/**
 * Declares the tests of a planner: its goals are planned in real runs whose workers do nothing, again,
 * and stopped; then come some schedules of the harness. One test for each promise.
 *
 * @example
 * describePlanner(filesPlanner(), {
 *   workers: [pageWriter],
 *   examples: [{ goal: null, files: { 'plan.yaml': 'tasks: [{ id: mars, type: generate_page, body: Mars }]' } }],
 *   failures: [{ goal: null, code: 'FILE_UNREADABLE' }],
 * })
 */
export function describePlanner(planner: Planner, options: PlannerKitOptions): void {
  describe(`${planner.name} keeps the promises of a planner`, () => {
    for (const [index, example] of options.examples.entries()) {
      describe(`example ${index + 1}, ${example.name ?? JSON.stringify(example.goal).slice(0, 80)}`, () => {
        let planned: ReturnType<typeof planning> | undefined
        const proof = { planner, example, options }
        const subject = { ...proof, planned: () => (planned ??= planning(proof)) }
        for (const { title, prove } of [...promisesOfGoal(options), ...(index === 0 ? promisesOfPlanner : [])]) {
          it(title, async () => prove(subject), TIMEOUT_MS)
        }
      })
    }
  })
  const { check = {}, examples, workers } = options
  const [first] = examples
  // Neither is there in the simulated world.
  const needsMore = examples.some(({ files, models }) => files !== undefined || models !== undefined)
  if (check === false || needsMore || first === undefined) return
  const byType = Object.fromEntries(workers.map((worker) => [worker.entry.handles, () => ({ result: null })]))
  checkPlanner(planner, { schedules: SCHEDULES, goal: first.goal, workers: byType, ...check })
}
