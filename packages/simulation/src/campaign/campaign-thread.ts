import { parentPort } from 'node:worker_threads'
import { BosunError, type ErrorCode, type ErrorDetail } from '@bosun/core'
import { threadPulse } from '../lanes/thread-pulse.ts'
import type { Shard } from '../search/enumeration.ts'
import type { CampaignOptions, CampaignProgress } from './campaign-options.ts'
import { runCampaignPart, type CampaignPart } from './campaign-part.ts'
import { loadSubject, type LaneName } from './load-subject.ts'

/** What a thread of a campaign is told. */
export interface ThreadTask {
  readonly module: string
  readonly lane?: LaneName
  readonly options: Omit<CampaignOptions, 'onProgress' | 'goals'>
  readonly shard: Shard
}

/** What a thread of a campaign tells. */
export type ThreadMessage =
  | { readonly type: 'progress'; readonly progress: CampaignProgress }
  | { readonly type: 'part'; readonly part: CampaignPart }
  /** It could not begin; an error that is sent as it is loses its class. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly detail: ErrorDetail; readonly message: string }

// The entry of a thread: it does its part and is gone.
const { data, beat } = threadPulse()
const { module, lane, options, shard } = data as ThreadTask
// From here on it is judged by its pulse; what it needs itself is loaded.
beat()
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message, [])
try {
  const part = await runCampaignPart(await loadSubject(module, lane), {
    ...options,
    shard,
    beat,
    onProgress: (progress) => tell({ type: 'progress', progress }),
  })
  tell({ type: 'part', part })
} catch (error) {
  if (!BosunError.is(error)) throw error
  const { code, message, at, expected, received, fix } = error
  const detail = {
    fix,
    ...(at === undefined ? {} : { at }),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
  }
  tell({ type: 'refused', code, detail, message })
}
