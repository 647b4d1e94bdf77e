import { FAULT_KINDS } from '../faults/fault-catalogue.ts'
import type { Setting } from '../subject/setting.ts'

/** Schedules after which goals can be expected. */
export const EXPECTING_SCHEDULES_MIN = 2_000
const TASKS_MIN = 8

/**
 * What 2,000 schedules with all faults reach under any strategy and seed: a campaign that misses one
 * of these was kept from searching, so its silence proves little. The others depend on the strategy.
 */
const EXPECTED_GOALS: readonly string[] = [
  'lease-expired-at-work',
  'late-result-refused',
  'duplicate-result-refused',
  'cancelled-in-queue',
  'cancelled-with-lease',
  'crash-while-assigned',
  'crash-before-send',
  'resumed-with-live-leases',
  'store-refused',
  'tail-torn',
  'budget-ends-a-run-with-successes',
  'lost-at-work-on-a-model',
  'graph-of-width-one',
  'graph-of-depth-one',
]

/** The goals that a campaign in this setting has to reach: none where the scope is narrowed or the graph is not drawn. */
export function expectedGoals({ subject, manager, planner, scope, workers }: Setting): readonly string[] {
  const isDrawn = subject.kind === 'strategy' && manager === undefined && planner === undefined
  const isOwn = Object.keys(workers).length > 0
  const isWide = scope.tasksMax >= TASKS_MIN && FAULT_KINDS.every((kind) => scope.faults.includes(kind))
  return isDrawn && isWide && !isOwn && scope.faultsMax > 0 ? EXPECTED_GOALS : []
}
