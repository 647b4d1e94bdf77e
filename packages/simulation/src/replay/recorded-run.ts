import type { ErrorRecord, FactOf, Json, Outcome, PublishedFile, RunConfig, Task, WorkerEntry } from '@bosun/core'
import type { Input, InputOf, UntimedInput } from '@bosun/kernel'
import type { RecordedMessage } from './recorded-decisions.ts'

/** What one attempt did, and when: in ms from its assignment. */
export interface RecordedAttempt {
  /** Absent when it never started. */
  readonly started?: { readonly afterMs: number; readonly host: string }
  /** Findings and parts of the output, in order. */
  readonly reports: readonly { readonly afterMs: number; readonly report: AttemptReport }[]
  /** Set when it ended by no doing of its own: its slot left or, without a slot, the manager restarted. */
  readonly interrupted?: { readonly at: number; readonly slot?: string }
  /** How it ended by its own doing; absent when the record does not tell. */
  readonly end?: { readonly afterMs: number; readonly report: AttemptReport }
}

type OfAttempt = 'discovered' | 'emitted' | 'result' | 'error' | 'lost'
/** What an attempt reports, without the names of task and epoch. */
export type AttemptReport = UntimedInput extends infer I
  ? I extends { readonly type: OfAttempt }
    ? Omit<I, 'task' | 'epoch'>
    : never
  : never

/** What became of the files of the accepted attempt, in ms from its success. */
export interface RecordedPublication {
  readonly afterMs: number
  readonly files?: readonly PublishedFile[]
  readonly error?: ErrorRecord
}

/** A task of a recorded run: what it was, what its attempts did and how it ended. */
export interface RecordedTask {
  readonly spec: Task
  readonly depth: number
  /** The task whose discovery led to it. */
  readonly parent?: string
  /** Its attempts by the retries counted before each; all but the last of a list were interrupted. */
  readonly attempts: readonly (readonly RecordedAttempt[])[]
  readonly publication?: RecordedPublication
  /** Absent when the run went no further. */
  readonly outcome?: Outcome
}

export type PlannerCall = Omit<InputOf<'plannerCalled'>, 'type' | 'at' | 'request'>

/** A plan as the run received it, or why there was none. */
export type RecordedAnswer = Pick<InputOf<'planned'>, 'tasks' | 'groups' | 'hash'> | { readonly error: ErrorRecord }

/** What the planner answered to a request, in ms from the request. */
export type RecordedPlan = { readonly afterMs: number; readonly calls: readonly PlannerCall[] } & RecordedAnswer

/** What a person said to a question of the manager, in ms from the question. */
export interface RecordedReply extends Pick<InputOf<'approve'>, 'granted' | 'by' | 'reason'> {
  readonly afterMs: number
}

/** How long the run waited for a spent quota, and who said that it was back. */
export interface QuotaPause {
  readonly forMs: number
  readonly by: string
}

/** The fact that ended a run. */
export type RunEndFact = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

/**
 * What a journal tells of the work itself, freed from how it was scheduled: the tasks with the
 * durations and results of their attempts, and what came from outside. Its points in time are those
 * of a clock that stood still while no manager was alive.
 */
export interface RecordedRun {
  readonly run: string
  readonly goal: Json
  readonly manager: string
  readonly config: RunConfig
  readonly origins: Readonly<Record<string, string>>
  readonly workers: readonly WorkerEntry[]
  readonly startedAt: number
  /** In the order in which they were added. */
  readonly tasks: ReadonlyMap<string, RecordedTask>
  readonly plans: ReadonlyMap<string, RecordedPlan>
  /** By the manager's name for the question. */
  readonly replies: ReadonlyMap<string, RecordedReply>
  /** Why tasks were refused, by id; what limits refused is left out, since it hangs on the schedule. */
  readonly refusals: ReadonlyMap<string, ErrorRecord>
  /** What came from outside: slots that joined and left, managers that took over, what people asked for. */
  readonly script: readonly Input[]
  /** The pauses for spent quotas, in order; they come with the refusals behind them, not at a time of their own. */
  readonly quotaPauses: readonly QuotaPause[]
  /** What the manager heard and decided, in order. */
  readonly messages: readonly RecordedMessage[]
  readonly end?: RunEndFact
}
