import type { RunView } from '@bosun/core'
import type { Aggregate, Missing, Refused } from '../reducers/aggregate.ts'

/** How a variant goes on when a task did not succeed. */
export type FailurePolicy = 'best-effort' | 'fail-fast'

/** What the built-in variants finish with: a value that says what it is made of. */
export interface Gathered<R> {
  readonly result: R
  /** Tasks whose results are in the result. */
  readonly contains: readonly string[]
  /** Tasks whose results are not, with the reason of each. */
  readonly missing: readonly Missing[]
  /** Tasks that were asked for and refused. */
  readonly refused: readonly Refused[]
  /** What was done about tasks that did not succeed. */
  readonly policy: FailurePolicy
}

/** What the built-in variants show while a run goes on; never its result. */
export interface Progress {
  readonly final: false
  /** Tasks that have ended, and all tasks known so far. */
  readonly done: number
  readonly total: number
  /** The task that has just ended, how, and what it returned. */
  readonly task: string
  readonly outcome: string
  readonly result?: unknown
  /** What `progress` made of the fold so far, if it is a function. */
  readonly value?: unknown
}

export function gathered<R>(
  result: R,
  all: Pick<Aggregate<never, unknown>, 'contains' | 'missing' | 'refused'>,
  policy: FailurePolicy,
): Gathered<R> {
  return { result, contains: all.contains, missing: all.missing, refused: all.refused, policy }
}

/** The stricter of what the variant asks for and what the run is configured with. */
export function effectivePolicy(asked: FailurePolicy | undefined, view: RunView): FailurePolicy {
  return asked === 'fail-fast' ? asked : view.config.policy.failure
}
