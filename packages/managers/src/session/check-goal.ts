import { BosunError, type Json, type Manager } from '@bosun/core'

/**
 * The goal as a manager's program gets it.
 *
 * @throws GOAL_INVALID
 */
export function checkGoal<G>(manager: Manager<G, unknown>, goal: Json): G {
  if (manager.checkGoal === undefined) return goal as G
  try {
    return manager.checkGoal(goal)
  } catch (error) {
    throw BosunError.from(error, 'GOAL_INVALID', { at: `goal of ${manager.name}` })
  }
}
