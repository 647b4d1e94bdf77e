import { composeStrategy, leastLoaded } from 'bosun'

/** How much older a task counts for each step of priority. */
const STEP_MS = 10_000

/**
 * The more urgent a task the earlier it goes, and waiting makes urgent: one that has waited for ten
 * seconds goes before one of the next higher priority that has just come in. So nothing starves.
 */
export default composeStrategy({
  name: 'aged-priority',
  order: { name: 'aged-priority', key: (task, view) => view.at - (task.spec.priority ?? 0) * STEP_MS },
  placement: leastLoaded,
})
