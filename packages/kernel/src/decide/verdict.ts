import { ERROR_REGISTRY, isOutcome, type ErrorRecord, type Usage } from '@bosun/core'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import { seededRandom } from './seeded-random.ts'

/** Epochs beyond the retries that restarts, drains and revocations may use up. */
const UNCOUNTED_EPOCHS_MAX = 10

/**
 * What follows an attempt that did not succeed: another one after a backoff, or the end of the task.
 *
 * @param counted whether it ended by its own doing and so costs a retry
 */
export function retryOrEnd(
  emitter: Emitter,
  task: TaskRecord,
  error: ErrorRecord,
  outcome: 'failed' | 'lost',
  counted: boolean,
): void {
  const { state, strategy, view } = emitter.kernel
  const retriesMax = task.spec.limits?.retriesMax ?? state.config.retry.retriesMax
  const retry = task.retries + (counted ? 1 : 0)
  const delay = delayBefore()
  if (delay === undefined) {
    const twin = state.tasks[task.twin]
    if (twin === undefined || isOutcome(twin.status))
      emitter.emit({ type: `task.${outcome}`, task: task.spec.id, error })
    else emitter.emit({ type: 'task.yielded', task: task.spec.id, epoch: task.epoch, twin: twin.spec.id, outcome })
    return
  }
  emitter.emit({
    type: 'task.retried',
    task: task.spec.id,
    epoch: task.epoch,
    counted,
    retry,
    notBefore: emitter.at + delay,
    reason: error,
  })

  function delayBefore(): number | undefined {
    if (task.epoch >= retriesMax + 1 + UNCOUNTED_EPOCHS_MAX) return undefined
    if (!counted) return 0
    if (retry > retriesMax || !ERROR_REGISTRY[error.code].retryable) return undefined
    const random = seededRandom(state.config.seed, task.index, task.epoch)
    const wanted = strategy.retry.next(task.retries, error, view, random)
    // A policy that answers with no number of ms is taken to mean none.
    return wanted === undefined || !Number.isFinite(wanted) ? undefined : Math.max(0, Math.ceil(wanted))
  }
}

/** Ends a task as failed. */
export function failTask(emitter: Emitter, task: TaskRecord, error: ErrorRecord): void {
  emitter.emit({ type: 'task.failed', task: task.spec.id, error })
}

/**
 * Turns a reservation into what was used, which is never less than its model calls came to. Without a
 * report the whole slice counts as used, since a call may have been under way that nobody will tell of;
 * use without a reservation is entered as one of nothing, so that the book has both sides.
 */
export function settleBudget(emitter: Emitter, task: TaskRecord, epoch: number, usage: Usage | undefined): void {
  const { slice, called } = task
  const told = usage ?? slice ?? called
  if (told === undefined) return
  const of = { task: task.spec.id, epoch }
  if (slice === undefined) emitter.emit({ type: 'budget.reserved', ...of, tokens: 0, costMicros: 0 })
  const tokens = Math.max(told.tokens, called?.tokens ?? 0)
  const costMicros = Math.max(told.costMicros, called?.costMicros ?? 0)
  emitter.emit({ type: 'budget.settled', ...of, tokens, costMicros })
}

/** Takes the live attempt from its slot and cancels the task. */
export function cancelTask(emitter: Emitter, task: TaskRecord, by: string, reason: string): void {
  if (task.live !== undefined) {
    const { epoch } = task.live
    emitter.emit({ type: 'attempt.revoked', task: task.spec.id, epoch, reason })
    settleBudget(emitter, task, epoch, undefined)
  }
  emitter.emit({ type: 'task.cancelled', task: task.spec.id, by, reason })
}
