import type {
  CancelScope,
  Decision,
  ErrorRecord,
  FactOf,
  Group,
  HeldCall,
  Json,
  Limits,
  Place,
  PublishedFile,
  RunConfig,
  Task,
  ModelCallRecord,
  Usage,
  WorkerEntry,
} from '@bosun/core'

type Payload<T> = Omit<T, 'seq' | 'at' | 'cause' | 'type'>

interface OfAttempt {
  readonly task: string
  readonly epoch: number
}

/**
 * Everything that can happen to a run, from outside of the kernel. `at` is the manager's time; the
 * kernel numbers inputs itself and writes that number as `cause` into each fact that follows.
 */
export type Input = { readonly at: number } & (
  | {
      readonly type: 'start'
      readonly run: string
      readonly goal: Json
      readonly manager: string
      readonly config: RunConfig
      readonly origins: Readonly<Record<string, string>>
      readonly workers: readonly WorkerEntry[]
      readonly place?: Place
    }
  // The manager
  /** What the program decided on the message that `nextMessage` showed, or how it failed. */
  | {
      readonly type: 'decided'
      readonly decisions: readonly Decision[]
      /**
       * What the workers' side made of each `delegate`, by the place of the decision: its tasks with
       * their outputs filled in, or why one does not fit. Absent places stand as decided.
       */
      readonly prepared?: readonly (readonly Task[] | ErrorRecord | undefined)[]
      /** How long the program took, for the record. */
      readonly ms?: number
      readonly failure?: ErrorRecord
    }
  | {
      readonly type: 'planned'
      readonly request: string
      readonly tasks: readonly Task[]
      readonly groups?: readonly Group[]
      /** Of the plan, by whoever received it. */
      readonly hash?: string
    }
  | ({ readonly type: 'plannerCalled'; readonly request: string } & ModelCallRecord)
  | { readonly type: 'planFailed'; readonly request: string; readonly error: ErrorRecord }
  | { readonly type: 'diverged'; readonly message: number; readonly expected: string; readonly received: string }
  | { readonly type: 'recovered'; readonly managerEpoch: number; readonly owner: string }
  | { readonly type: 'stalled'; readonly gapMs: number }
  // Workers
  | { readonly type: 'joined'; readonly slot: string; readonly worker: string }
  | { readonly type: 'left'; readonly slot: string; readonly reason: string }
  | ({ readonly type: 'hostStarted' } & Payload<FactOf<'host.started'>>)
  // Attempts
  | ({ readonly type: 'started'; readonly host: string } & OfAttempt)
  | ({ readonly type: 'beat' } & OfAttempt)
  | ({
      readonly type: 'progressed'
      readonly note: string
      readonly done?: number
      readonly total?: number
    } & OfAttempt)
  | ({
      readonly type: 'result'
      readonly result: Json
      readonly outputs: readonly string[]
      readonly usage?: Usage
    } & OfAttempt)
  | ({ readonly type: 'error'; readonly error: ErrorRecord; readonly usage?: Usage } & OfAttempt)
  | ({ readonly type: 'lost'; readonly error: ErrorRecord; readonly usage?: Usage } & OfAttempt)
  | ({ readonly type: 'discovered'; readonly item: Json } & OfAttempt)
  | ({ readonly type: 'emitted'; readonly value: Json } & OfAttempt)
  | ({ readonly type: 'published'; readonly files: readonly PublishedFile[] } & OfAttempt)
  | ({ readonly type: 'publishFailed'; readonly error: ErrorRecord } & OfAttempt)
  | ({ readonly type: 'modelCalled' } & ModelCallRecord & OfAttempt)
  | ({
      readonly type: 'called'
      readonly tool: string
      readonly name: string
      readonly ms: number
      readonly error?: ErrorRecord
      readonly approval?: string
    } & OfAttempt)
  | ({ readonly type: 'denied'; readonly tool: string; readonly rule: string; readonly detail: string } & OfAttempt)
  /** A call of an attempt waits for a person. */
  | ({ readonly type: 'approvalRequested'; readonly question: string; readonly call: HeldCall } & OfAttempt)
  | { readonly type: 'violation'; readonly by: string; readonly error: ErrorRecord }
  // Time and people
  | { readonly type: 'tick' }
  | { readonly type: 'pause'; readonly by: string; readonly reason: string }
  | { readonly type: 'resume'; readonly by: string; readonly reason?: string }
  | { readonly type: 'cancel'; readonly scope: CancelScope; readonly by: string; readonly reason: string }
  | { readonly type: 'steer'; readonly text: string; readonly by: string; readonly reason?: string }
  | { readonly type: 'waive'; readonly tasks: readonly string[]; readonly by: string; readonly reason: string }
  /** The latest late result of a task, unless a fact that keeps one is named. */
  | {
      readonly type: 'adopt'
      readonly task: string
      readonly quarantined?: number
      readonly by: string
      readonly reason: string
    }
  /** Answers an open question. */
  | {
      readonly type: 'approve'
      readonly approval: string
      readonly granted: boolean
      readonly by: string
      readonly reason: string
    }
  | { readonly type: 'retry'; readonly tasks: readonly string[]; readonly by: string; readonly reason: string }
  | {
      readonly type: 'raiseLimits'
      readonly limits: Partial<Limits>
      readonly by: string
      readonly reason?: string
    }
)

export type InputOf<T extends Input['type']> = Extract<Input, { type: T }>

/** An input before it is given its time. */
export type UntimedInput = Input extends infer I ? (I extends { readonly at: number } ? Omit<I, 'at'> : never) : never
