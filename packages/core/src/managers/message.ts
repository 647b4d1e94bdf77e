import type { ErrorRecord } from '../errors/bosun-error.ts'
import type { Json } from '../json/json.ts'
import type { Group } from '../tasks/group.ts'
import type { Outcome } from '../tasks/outcome.ts'
import type { Task } from '../tasks/task.ts'

/**
 * What reaches a manager, one at a time, in order, each once. `seq` is the number of the fact
 * `message.delivered` behind it.
 */
export type Message<G = Json> =
  | { readonly type: 'goal'; readonly seq: number; readonly goal: G }
  | {
      readonly type: 'plan'
      readonly seq: number
      readonly plan: string
      readonly tasks: readonly Task[]
      /** Its levels, to be opened before its tasks are delegated. Absent: it has none. */
      readonly groups?: readonly Group[]
    }
  | { readonly type: 'planFailed'; readonly seq: number; readonly plan: string; readonly error: ErrorRecord }
  | OutcomeMessage
  | {
      readonly type: 'discovered'
      readonly seq: number
      readonly task: string
      readonly attempt: string
      readonly item: Json
    }
  | {
      readonly type: 'emitted'
      readonly seq: number
      readonly task: string
      readonly attempt: string
      readonly value: Json
    }
  | { readonly type: 'steer'; readonly seq: number; readonly text: string; readonly by: string }
  | { readonly type: 'woke'; readonly seq: number; readonly wake: string }
  /** What a person said to the question that an `ask` of this name put. */
  | {
      readonly type: 'answered'
      readonly seq: number
      readonly request: string
      readonly granted: boolean
      readonly by: string
      readonly reason: string
    }
  | {
      readonly type: 'refused'
      readonly seq: number
      readonly decision: string
      readonly error: ErrorRecord
      readonly task?: string
    }
  /** Every task has its outcome and nothing is outstanding: decide now, or the run fails by name. */
  | { readonly type: 'settled'; readonly seq: number }

/** How one task ended, with what it returned or why it did not. */
export interface OutcomeMessage {
  readonly type: 'outcome'
  readonly seq: number
  readonly run: string
  readonly task: string
  readonly taskType: string
  /** The attempt that brought the outcome; absent when none ran. */
  readonly attempt?: string
  readonly outcome: Outcome
  /** The payload of `succeeded`. */
  readonly result?: Json
  /** Why not, for every other outcome. */
  readonly error?: ErrorRecord
  /** For `skipped`: the task whose outcome is behind it. */
  readonly because?: string
}

export type MessageKind = Message['type']
