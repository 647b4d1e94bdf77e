import type { ErrorRecord } from '@bosun/core'
import type { Emitter } from './emitter.ts'
import { MODEL_PROVIDER } from './model-provider.ts'

export const QUOTA_SPENT = 'MODEL_QUOTA_SPENT'

/** Whoever tried on would be refused as well, so the run waits until a person says that there is quota again. */
export function pauseForQuota(emitter: Emitter, { message }: ErrorRecord): void {
  if (!emitter.kernel.state.paused) emitter.emit({ type: 'run.paused', by: MODEL_PROVIDER, reason: message })
}
