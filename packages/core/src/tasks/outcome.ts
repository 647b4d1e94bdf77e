import { z } from 'zod'

/** How a task ended: exactly one of these, never changed. */
export const OUTCOMES = ['succeeded', 'failed', 'lost', 'cancelled', 'skipped'] as const
export const OutcomeSchema = z.enum(OUTCOMES)
export type Outcome = (typeof OUTCOMES)[number]

/** What a task is doing; the last five are outcomes. */
export const TASK_STATUSES = ['waiting', 'ready', 'placed', 'assigned', 'publishing', 'retrying', ...OUTCOMES] as const
export type TaskStatus = (typeof TASK_STATUSES)[number]

/** Whether a status is an outcome. */
export function isOutcome(status: TaskStatus): status is Outcome {
  return (OUTCOMES as readonly string[]).includes(status)
}

/**
 * The head count of a run. The five outcomes and `unresolved` add up to `total`; discoveries that
 * were refused are counted beside them.
 */
export interface Tally {
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  readonly lost: number
  readonly cancelled: number
  readonly skipped: number
  readonly unresolved: number
  readonly refused: number
}
