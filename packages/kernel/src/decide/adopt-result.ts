import type { KernelState, QuarantinedResult } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'
import { settleBudget } from './verdict.ts'

/**
 * A person takes a result that came too late for that of its task. Whatever attempt is at work on it
 * is revoked; the files of the late one are published, as those of any accepted result. Nothing
 * happens when the task has its outcome, has an accepted result, or has no late one.
 */
export function adoptResult(emitter: Emitter, { task: id, quarantined, by }: InputOf<'adopt'>): void {
  const { state } = emitter.kernel
  const task = state.taskById.get(id)
  if (task === undefined || (task.status !== 'assigned' && task.status !== 'retrying')) return
  const late = lateResultOf(state, task, quarantined)
  if (late === undefined) return
  if (task.live !== undefined) {
    const { epoch } = task.live
    emitter.emit({
      type: 'attempt.revoked',
      task: id,
      epoch,
      reason: `${by} adopted the result of attempt ${late.epoch}`,
    })
    settleBudget(emitter, task, epoch, undefined)
  }
  const { epoch, outputs } = late
  const files = outputs.length > 0 ? { outputs: [...outputs] } : {}
  emitter.emit({ type: 'result.adopted', task: id, epoch, quarantined: late.seq, by, ...files })
  if (outputs.length === 0) emitter.emit({ type: 'task.succeeded', task: id, epoch })
}

function lateResultOf(
  { quarantine }: KernelState,
  { index }: TaskRecord,
  wanted: number | undefined,
): (QuarantinedResult & { readonly seq: number }) | undefined {
  let found: (QuarantinedResult & { readonly seq: number }) | undefined
  for (const [seq, result] of quarantine) {
    if (result.task === index && (wanted ?? seq) === seq) found = { ...result, seq }
  }
  return found
}
