import type { ErrorRecord, Json } from '@bosun/core'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { tallyOf } from '../views/run-view.ts'
import { cancelAll } from './cancel-scope.ts'
import type { Emitter } from './emitter.ts'

/** How a run is asked to end; what it ends as is computed from the graph. */
export interface RunEnd {
  readonly end: 'completed' | 'failed' | 'exhausted' | 'cancelled'
  readonly causeCode: string
  readonly error?: ErrorRecord
  readonly result: Json
  readonly by?: string
  readonly reason?: string
}

/**
 * Ends the run. Whatever is still unresolved is cancelled first, so that the counts add up; then
 * `completed` holds only if every task succeeded or is waived and no discovery was refused.
 * Otherwise the run ends `failed` or `exhausted`, with its result kept and what is missing named.
 */
export function endRun(emitter: Emitter, asked: RunEnd): void {
  const { state } = emitter.kernel
  if (state.ended !== undefined) return
  if (state.unresolved > 0) cancelAll(emitter, asked.by ?? 'kernel', asked.reason ?? asked.causeCode)
  const tally = tallyOf(state)
  const missing: string[] = []
  const waived: string[] = []
  for (const task of state.tasks) {
    if (isMissing(task)) missing.push(task.spec.id)
    else if (task.status !== 'succeeded' && !task.superseded) waived.push(task.spec.id)
  }
  const { result } = asked
  if (asked.end === 'cancelled') {
    emitter.emit({
      type: 'run.cancelled',
      causeCode: asked.causeCode,
      by: asked.by ?? 'kernel',
      reason: asked.reason ?? '',
      tally,
    })
  } else if (asked.end === 'exhausted') {
    emitter.emit({ type: 'run.exhausted', causeCode: asked.causeCode, result, tally, missing })
  } else if (asked.end === 'failed') {
    emitter.emit({
      type: 'run.failed',
      causeCode: asked.causeCode,
      ...(asked.error === undefined ? {} : { error: asked.error }),
      result,
      tally,
      missing,
    })
  } else {
    const causeCode = shortfall(state)
    if (causeCode === undefined) emitter.emit({ type: 'run.completed', result, tally, waived })
    else emitter.emit({ type: isLimit(causeCode) ? 'run.exhausted' : 'run.failed', causeCode, result, tally, missing })
  }
}

/**
 * Why a run that was to be completed is not: a limit, if limits alone kept work from being done, else
 * what kept it. Skipped tasks only follow from others. Undefined when nothing is missing.
 */
function shortfall(state: KernelState): string | undefined {
  let limit: string | undefined
  for (const task of state.tasks) {
    if (task.status === 'succeeded' || task.status === 'skipped' || !isMissing(task)) continue
    if (task.status !== 'failed' || !isLimit(task.error?.code ?? '')) return 'TASKS_UNSUCCESSFUL'
    limit = task.error?.code
  }
  for (const code of state.refusals.values()) {
    if (!isLimit(code)) return code
    limit ??= code
  }
  return limit ?? (state.tasks.some(isMissing) ? 'TASKS_UNSUCCESSFUL' : undefined)
}

function isMissing(task: TaskRecord): boolean {
  return task.status !== 'succeeded' && !task.waived && !task.superseded
}

/** An attempt that its slice stopped was kept from its work by the budget, as one that got none. */
function isLimit(code: string): boolean {
  return code.startsWith('LIMIT_') || code === 'BUDGET_EXCEEDED'
}
