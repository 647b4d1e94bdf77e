import type { AnyManager, AnyWorker, Planner, Strategy } from '@bosun/core'
import { declareCheck, type CheckSpecOptions } from './declare-check.ts'

/**
 * Declares the check of a strategy: a `describe` with one test for each invariant, so that the list of
 * tests reads as a specification. One campaign serves them all. A test that fails shows the smallest
 * schedule that breaks its invariant, the command that replays it, and a test to paste.
 *
 * Bounded by schedules, 2,000 by default, and never by time. Code that loops for ever hangs it;
 * `bosun check` does not hang.
 *
 * @example
 * import { checkStrategy } from 'bosun/testing'
 * import strategy from './my-strategy.ts'
 *
 * checkStrategy(strategy, { schedules: 5_000 })
 */
export function checkStrategy(strategy: Strategy, options: CheckSpecOptions = {}): void {
  declareCheck({ kind: 'strategy', strategy }, options)
}

/**
 * The same for a manager. What its tasks need are workers: say for each type what a simulated one
 * does, or name a real one.
 *
 * @example
 * import { checkManager } from 'bosun/testing'
 * import survey from './survey.ts'
 *
 * checkManager(survey, {
 *   goal: { path: 'src' },
 *   workers: { scan_dir: (body, random) => ({ result: { files: Math.floor(random() * 9) } }) },
 * })
 */
export function checkManager(manager: AnyManager, options: CheckSpecOptions = {}): void {
  declareCheck({ kind: 'manager', manager }, options)
}

/**
 * The same for a planner: a manager without opinions hands over what it plans for the goal.
 *
 * @example
 * checkPlanner(planner, { goal: 'a site about planets', workers: { generate_page: () => ({ result: null }) } })
 */
export function checkPlanner(planner: Planner, options: CheckSpecOptions = {}): void {
  declareCheck({ kind: 'planner', planner }, options)
}

/**
 * The same for a worker: its own code runs, on simulated time, with the bodies of its examples.
 *
 * @example
 * checkWorker(pageWriter, { schedules: 500 })
 */
export function checkWorker(worker: AnyWorker, options: CheckSpecOptions = {}): void {
  declareCheck({ kind: 'worker', worker }, options)
}
