import type { Decision, Json, RunView } from '@bosun/core'
import { fail, finish } from '../decisions/decisions.ts'
import type { Missing, Refused } from '../reducers/aggregate.ts'

/**
 * What a variant does when tasks do not succeed, or need not:
 *
 * - `best-effort`: the others go on, and the result names what is missing.
 * - `fail-fast`: the first that ends without success cancels the rest.
 * - `{ retriesMax }`: each is tried again that often; then as `best-effort`.
 * - `any`: the first success is enough; the rest is cancelled, and waived.
 * - `{ quorum, deadlineMs }`: the same for so many successes, which have to be there by then, if it says when.
 * - `{ deadlineMs }`: what has not succeeded so long after the beginning is cancelled, and waived.
 */
export type FailurePolicy =
  | 'best-effort'
  | 'fail-fast'
  | 'any'
  | { readonly retriesMax: number }
  | { readonly quorum: number; readonly deadlineMs?: number }
  | { readonly deadlineMs: number }

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

/** What there is to say about the tasks behind a result. */
type Account = Pick<Gathered<unknown>, 'contains' | 'missing' | 'refused'>

/**
 * The end of a variant's run: it finishes with what it has, and leaves it to the kernel to call that
 * complete or not.
 *
 * A patch that was refused as a whole (a type that nobody handles) may not be in the run's own count
 * of refusals; then a finish would pass for complete, so the run is failed with the reason instead.
 *
 * @param more what this variant tells beyond the rest
 */
export function conclude<R>(
  result: R,
  account: Account,
  asked: FailurePolicy | undefined,
  view: RunView,
  more: object = {},
): Decision {
  const { refused } = account
  const [first] = refused
  if (first !== undefined && view.tally.refused === 0) {
    const others = refused.length === 1 ? '' : ` and ${refused.length - 1} more`
    return fail(`the run does not hold ${first.task}${others}: ${first.reason}`)
  }
  return finish({ ...gathered(result, account, asked, view), ...more })
}

/** A result with its account. */
export function gathered<R>(
  result: R,
  { contains, missing, refused }: Account,
  asked: FailurePolicy | undefined,
  view: RunView,
): Gathered<R> {
  return { result, contains, missing, refused, policy: effectivePolicy(asked, view) }
}

/** What a nested manager hands on: the result of a variant without its account, or whatever another manager made. */
export function resultOf(made: Json): Json {
  return isGathered(made) ? (made.result as Json) : made
}

function isGathered(made: Json): made is Json & Gathered<unknown> {
  if (typeof made !== 'object' || made === null || Array.isArray(made)) return false
  return ['result', 'contains', 'missing', 'refused', 'policy'].every((member) => Object.hasOwn(made, member))
}

/** What the variant asks for, unless the run is configured to be stricter. */
function effectivePolicy(asked: FailurePolicy | undefined, view: RunView): FailurePolicy {
  const ofRun = view.config.policy.failure
  return asked === undefined || ofRun === 'fail-fast' ? ofRun : asked
}
