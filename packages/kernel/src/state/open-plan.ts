import type { Json, Usage } from '@bosun/core'

/** A planner call that has not been answered. */
export interface OpenPlan {
  readonly goal: Json
  /** When it was asked for, or asked for again after a recovery. */
  since: number
  /** What it may still use. Taken off the budget while the call is open, so that attempts cannot be given it. */
  held: Usage
  /** Whether its planner was refused for a spent quota, and is asked again when the run is resumed. */
  isDeferred: boolean
}
