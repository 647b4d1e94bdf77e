import { isOutcome, type Decision, type OutcomeMessage, type RunView } from '@bosun/core'
import { cancelTask, partial } from '../decisions/decisions.ts'
import type { FailurePolicy, Progress } from './gathered.ts'

/** Whether and how a variant shows its progress. */
export type ShowProgress<A> = boolean | ((value: A) => unknown)

/** The partial result that tells of one outcome, or nothing. */
export function progressOf<A>(
  show: ShowProgress<A> | undefined,
  all: { readonly value: A },
  { task, outcome, result }: OutcomeMessage,
  view: RunView,
): Decision[] {
  if (show === undefined || show === false) return []
  const progress: Progress = {
    final: false,
    done: view.tally.total - view.tally.unresolved,
    total: view.tally.total,
    task,
    outcome,
    ...(result === undefined ? {} : { result }),
    ...(typeof show === 'function' ? { value: show(all.value) } : {}),
  }
  return [partial(progress)]
}

/**
 * The cancellations by which a variant fails fast, or nothing. A run that is configured to fail fast
 * is cancelled by the kernel itself.
 */
export function failFast(asked: FailurePolicy | undefined, message: OutcomeMessage, view: RunView): Decision[] {
  if (asked !== 'fail-fast' || view.config.policy.failure === 'fail-fast') return []
  if (message.outcome === 'succeeded') return []
  const reason = `${message.task} ended as ${message.outcome}, and this run fails fast`
  return [...view.tasks()].filter(({ status }) => !isOutcome(status)).map(({ spec }) => cancelTask(spec.id, reason))
}
