import { attemptGoals } from './attempt-goals.ts'
import { cancelGoals } from './cancel-goals.ts'
import type { Goal } from './goal.ts'
import { graphGoals } from './graph-goals.ts'
import { managerGoals } from './manager-goals.ts'
import { stealGoals } from './steal-goals.ts'
import { resourceGoals } from './resource-goals.ts'

/** What every campaign with all faults has to meet. */
export const coreGoals: readonly Goal[] = [
  ...attemptGoals,
  ...cancelGoals,
  ...managerGoals,
  ...resourceGoals,
  ...graphGoals,
  ...stealGoals,
]

/** Goals that no log can reach, and why. */
export const GOALS_LEFT_OUT: Readonly<Record<string, string>> = {
  'steal-refused':
    'A steal is decided by the kernel, which knows all places, so that none is asked for in vain: it is an assignment, or does not happen.',
  'reservation-refused-then-granted':
    'A budget that does not cover a slice leaves the task ready, or ends it; neither is a fact of its own, so a later grant cannot be told from a first one.',
}
