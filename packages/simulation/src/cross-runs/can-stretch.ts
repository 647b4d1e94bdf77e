import { isRealWorker } from '../scenario/draw-scenario.ts'
import type { Setting } from '../subject/setting.ts'

/**
 * Whether time can be stretched as a whole (D4): nobody in the run knows times of its own, as a manager
 * that sets wakes does, and real code that sleeps.
 */
export function canStretch({ manager, planner, workers }: Setting): boolean {
  return manager === undefined && planner === undefined && !Object.values(workers).some(isRealWorker)
}
