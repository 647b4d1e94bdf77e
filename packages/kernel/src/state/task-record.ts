import {
  attemptId,
  type ErrorRecord,
  type Json,
  type Task,
  type TaskStatus,
  type TaskView,
  type Usage,
} from '@bosun/core'
import type { ApprovalRecord } from './approval-record.ts'
import type { GroupRecord } from './group-record.ts'

/** The live attempt of a task: who does it, under which fence, and its pulse. */
export interface LiveAttempt {
  readonly epoch: number
  readonly slot: string
  readonly assignedAt: number
  readonly deadline: number
  started: boolean
  /** Answers that it waits for, since when, and how long it has waited before that. */
  waits: number
  waitsSince: number
  waitedMs: number
  // The pulse: moved by volatile facts, left out of every comparison of states.
  lastBeat: number
  lastProgress: number
}

/** The slot that a task is placed on, and the fact that placed it there. */
export interface Place {
  readonly slot: string
  readonly seq: number
}

const NO_OUTPUTS: readonly string[] = []

/**
 * What the kernel knows of one task. Policies see it as a `TaskView`; managers get copies, so that
 * nothing outside of `evolve` can change it.
 */
export class TaskRecord implements TaskView {
  spec: Task
  status: TaskStatus = 'waiting'
  epoch = 0
  retries = 0
  /** When it became ready, as time and as place in the log; an amended task queues anew. */
  readyAt = 0
  readySeq = 0
  /** Earliest next assignment. */
  notBefore = 0
  /** Indices of the tasks that its discoveries led to. */
  children: number[] | undefined = undefined
  /** Whether the manager has cancelled the subtree that it is part of: nothing is added below it any more. */
  closed = false
  live: LiveAttempt | undefined = undefined
  /** Set while it is `placed`. */
  place: Place | undefined = undefined
  /** What was reserved for the latest attempt. */
  slice: Usage | undefined = undefined
  /** What the model calls of the latest attempt came to while it was live. */
  called: Usage | undefined = undefined
  result: Json | undefined = undefined
  /** The attempt whose result was accepted; 0 while none was. */
  acceptedEpoch = 0
  /** The task whose attempt that was, where it is one that this one stands in for. */
  acceptedFrom: string | undefined = undefined
  /** Files of the accepted attempt. */
  outputs: readonly string[] = NO_OUTPUTS
  error: ErrorRecord | undefined = undefined
  because: string | undefined = undefined
  waived = false
  /** Index of its twin, and of the task that it is the twin of; -1 for none. */
  twin = -1
  hedged = -1
  /** While it waits for what comes of its twin: how it ends if that comes to nothing; `retried`: it goes on then. */
  yielded: 'failed' | 'lost' | 'retried' | undefined = undefined
  /** Whether a successor stands in for it. */
  superseded = false
  /** While `retrying`: whether another attempt was decided, or the verdict on the last one is still due. */
  retryDecided = false
  /** What its attempts have asked of people. */
  approvals: ApprovalRecord[] | undefined = undefined
  /** The group that it is in. */
  group: GroupRecord | undefined = undefined
  /** Tasks on the longest path from here on; kept for orders that change with patches, else 1. */
  remaining = 1

  readonly run: string
  readonly index: number
  readonly depth: number
  readonly parent: string | undefined

  constructor(run: string, index: number, spec: Task, depth: number, parent: string | undefined) {
    this.run = run
    this.index = index
    this.spec = spec
    this.depth = depth
    this.parent = parent
  }

  get attempt(): string | undefined {
    return this.live === undefined ? undefined : attemptId(this.run, this.spec.id, this.live.epoch)
  }

  get owner(): string | undefined {
    return this.live?.slot
  }
}
