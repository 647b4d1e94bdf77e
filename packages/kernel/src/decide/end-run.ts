import type { ErrorRecord, Json } from '@bosun/core'
import { tallyOf } from '../views/run-view.ts'
import { cancelScope } from './cancel-scope.ts'
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
  if (state.unresolved > 0) cancelScope(emitter, { kind: 'run' }, asked.by ?? 'kernel', asked.reason ?? asked.causeCode)
  const tally = tallyOf(state)
  const missing: string[] = []
  const waived: string[] = []
  for (const task of state.tasks) {
    if (task.status === 'succeeded') continue
    if (task.waived) waived.push(task.spec.id)
    else missing.push(task.spec.id)
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
  } else if (missing.length > 0) {
    emitter.emit({ type: 'run.failed', causeCode: 'TASKS_UNSUCCESSFUL', result, tally, missing })
  } else if (state.refused > 0) {
    // A refusal of a limit exhausts the run; any other means that work was asked for and is not done.
    const causeCode = state.refusedBy ?? 'LIMIT_TASKS'
    const type = causeCode.startsWith('LIMIT_') ? 'run.exhausted' : 'run.failed'
    emitter.emit({ type, causeCode, result, tally, missing })
  } else {
    emitter.emit({ type: 'run.completed', result, tally, waived })
  }
}
