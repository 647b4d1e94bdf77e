import type { TaskStatus } from '@bosun/core'
import type { KernelState, QuarantinedResult } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import type { InputOf } from './input.ts'
import { addSuccessors, generationsOf, latestOf, mayBeSucceeded } from './successors.ts'
import { settleBudget } from './verdict.ts'

/** A late result, by the fact that keeps it. */
type LateResult = QuarantinedResult & { readonly seq: number }

/**
 * A person takes a result that came too late for that of its task, or of whichever stands in for it.
 * Whatever attempt is at work on it is revoked. Where the task has ended without success, a successor
 * gets the result, and so do those that were skipped because of it their turn; a run that has ended is
 * reopened. The files of the late attempt are published, as those of any accepted result.
 *
 * Nothing happens when the task succeeded, has an accepted result, or has no late one.
 */
export function adoptResult(emitter: Emitter, { task: id, quarantined, by, reason }: InputOf<'adopt'>): void {
  const { state } = emitter.kernel
  const latest = latestOf(state, id)
  const late = latest === undefined ? undefined : lateResultOf(state, latest, quarantined)
  if (latest === undefined || late === undefined) return
  const hasEnded = mayBeSucceeded(latest)
  if (hasEnded) addSuccessors(emitter, [latest], { by, reason })
  else if (!mayTake(latest)) return
  const task = hasEnded ? (latestOf(state, id) as TaskRecord) : latest
  if (task.live !== undefined) revoke(emitter, task, `${by} adopted the result of attempt ${late.epoch}`)
  const { epoch, outputs } = late
  const of = state.tasks[late.task] as TaskRecord
  emitter.emit({
    type: 'result.adopted',
    task: task.spec.id,
    epoch,
    ...(of === task ? {} : { predecessor: of.spec.id }),
    quarantined: late.seq,
    by,
    reason,
    ...(outputs.length > 0 ? { outputs: [...outputs] } : {}),
  })
  if (outputs.length === 0) emitter.emit({ type: 'task.succeeded', task: task.spec.id, epoch })
}

/**
 * Results that came too late and that somebody may adopt still, by the fact that keeps each: those of
 * tasks that have not succeeded, under whatever name.
 */
export function adoptableResults(state: KernelState): ReadonlyMap<number, QuarantinedResult> {
  if (state.quarantine.size === 0) return state.quarantine
  return new Map(
    Array.from(state.quarantine).filter(([, { task }]) => {
      const latest = latestOf(state, (state.tasks[task] as TaskRecord).spec.id)
      return latest !== undefined && (mayBeSucceeded(latest) || mayTake(latest))
    }),
  )
}

// ---------------------------------------------------------------------------------------------

const TAKES: ReadonlySet<TaskStatus> = new Set(['ready', 'placed', 'assigned', 'retrying'])

/** Whether a result may still become that of a task. A successor may wait for its first attempt. */
function mayTake({ status }: TaskRecord): boolean {
  return TAKES.has(status)
}

function revoke(emitter: Emitter, task: TaskRecord, reason: string): void {
  const epoch = task.live?.epoch ?? 0
  emitter.emit({ type: 'attempt.revoked', task: task.spec.id, epoch, reason })
  settleBudget(emitter, task, epoch, undefined)
}

/** The late result that is wanted, or the latest there is. */
function lateResultOf(state: KernelState, task: TaskRecord, wanted: number | undefined): LateResult | undefined {
  const generations = new Set(generationsOf(state, task).map(({ index }) => index))
  let found: LateResult | undefined
  for (const [seq, result] of state.quarantine) {
    if (generations.has(result.task) && (wanted ?? seq) === seq) found = { ...result, seq }
  }
  return found
}
