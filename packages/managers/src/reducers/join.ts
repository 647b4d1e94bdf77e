import { isOutcome, successorId, type ErrorRecord, type Json, type Outcome, type RunView } from '@bosun/core'

/** How a task ended that was waited for. */
export interface Joined {
  /** The task, or the one that stands in for it by now. */
  readonly task: string
  readonly outcome: Outcome
  readonly result?: Json
  readonly error?: ErrorRecord
}

/**
 * Waits for tasks by their ids: how each of them ended, in the order of the ids, once all of them have;
 * `undefined` before that. Ask it again with every message.
 *
 * Use it for tasks that were started `detached`: nobody waits for them until somebody joins them, and
 * the run does not end before they have. A task that the run does not hold, because it was refused,
 * counts as skipped.
 *
 * @example
 * import type { RunView } from '@bosun/core'
 * import { delegate, finish, foldManager, join, task } from '@bosun/managers'
 *
 * export default foldManager({
 *   name: 'indexed',
 *   initial: () => null,
 *   on: {
 *     goal: () => delegate([task('index', null, { id: 'index', wait: 'detached' }), task('ask', null, { id: 'ask' })]),
 *     settled: (_, __, view: RunView) => finish(join(view, ['ask', 'index'])),
 *   },
 * })
 */
export function join(view: RunView, ids: readonly string[]): readonly Joined[] | undefined {
  const joined: Joined[] = []
  for (const id of ids) {
    const one = joinOne(view, id)
    if (one === undefined) return undefined
    joined.push(one)
  }
  return joined
}

// ---------------------------------------------------------------------------------------------

function joinOne(view: RunView, id: string): Joined | undefined {
  const task = view.task(id)
  if (task === undefined) return { task: id, outcome: 'skipped' }
  const successor = successorId(id)
  if (view.task(successor) !== undefined) return joinOne(view, successor)
  const { status: outcome, result, error } = task
  if (!isOutcome(outcome)) return undefined
  if (outcome === 'succeeded') return { task: id, outcome, result: result ?? null }
  return error === undefined ? { task: id, outcome } : { task: id, outcome, error }
}
