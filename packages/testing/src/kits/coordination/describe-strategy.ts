import type { Strategy } from '@bosun/core'
import { checkStrategy } from '../../check.ts'
import type { CheckSpecOptions } from '../../declare-check.ts'
import { declarePromises } from '../declare-promises.ts'
import { strategyPromises } from './strategy-promises.ts'

/**
 * Declares the tests of a strategy: that its policies are pure, and the check of `checkStrategy`, one
 * test for each invariant and for each guarantee that it declares.
 *
 * @example
 * describeStrategy(careful, { schedules: 5_000 })
 */
export function describeStrategy(strategy: Strategy, options: CheckSpecOptions = {}): void {
  declarePromises(`${strategy.name} keeps the promises of a strategy`, strategyPromises, () => strategy)
  checkStrategy(strategy, options)
}
