import { attemptGoals } from './attempt-goals.ts'
import { cancelGoals } from './cancel-goals.ts'
import type { Goal } from './goal.ts'
import { graphGoals } from './graph-goals.ts'
import { managerGoals } from './manager-goals.ts'
import { resourceGoals } from './resource-goals.ts'

/** What every campaign with all faults has to meet. */
export const coreGoals: readonly Goal[] = [
  ...attemptGoals,
  ...cancelGoals,
  ...managerGoals,
  ...resourceGoals,
  ...graphGoals,
]

const NO_STEALING =
  'No strategy may place ahead or steal so far: the kernel refuses one that declares it, and `task.placed` is never decided.'

/** Goals that no log can reach, and why. */
export const GOALS_LEFT_OUT: Readonly<Record<string, string>> = {
  'steal-succeeded': NO_STEALING,
  'steal-refused': NO_STEALING,
  'steal-races-completion': NO_STEALING,
  'crash-while-placed': NO_STEALING,
  'reservation-refused-then-granted':
    'A budget that does not cover a slice leaves the task ready, or ends it; neither is a fact of its own, so a later grant cannot be told from a first one.',
}
