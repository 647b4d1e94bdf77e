import type { AnyManager } from '@bosun/core'
import { checkManager } from '../../check.ts'
import type { CheckSpecOptions } from '../../declare-check.ts'
import { declarePromises } from '../declare-promises.ts'
import { managerPromises } from './manager-promises.ts'

/** How a manager's kit runs it. */
export interface ManagerKitOptions extends CheckSpecOptions {
  /** Goals that its goal check has to refuse. @defaultValue none */
  readonly badGoals?: readonly unknown[]
}

/**
 * Declares the tests of a manager: that its program decides by its messages and by nothing else, and
 * the check of `checkManager`, one test for each invariant.
 *
 * @example
 * describeManager(survey, {
 *   goal: { path: 'src' },
 *   badGoals: ['src'],
 *   workers: { scan_dir: (body, random) => ({ result: { files: Math.floor(random() * 9) } }) },
 * })
 */
export function describeManager(manager: AnyManager, options: ManagerKitOptions = {}): void {
  const { badGoals = [], ...check } = options
  const { schedules: _, seed: _seed, corpus: _corpus, shares: _shares, ...rest } = check
  const { goals: _goals, goalsRequired: _required, module: _module, ...world } = rest
  const promises = badGoals.length > 0 ? managerPromises : managerPromises.slice(0, -1)
  declarePromises(`${manager.name} keeps the promises of a manager`, promises, () => ({ manager, world, badGoals }))
  checkManager(manager, check)
}
