import type { ErrorRecord } from '../errors/bosun-error.ts'
import type { HeldCall, Usage } from '../facts/fact-schema.ts'
import type { Json } from '../json/json.ts'
import type { RunConfig, WorkerEntry } from '../runs/run-config.ts'
import type { Group } from '../tasks/group.ts'
import type { Tally, TaskStatus } from '../tasks/outcome.ts'
import type { Task } from '../tasks/task.ts'

/** A task as others see it: read-only, as of the message or fact at hand. */
export interface TaskView {
  readonly spec: Task
  readonly status: TaskStatus
  readonly depth: number
  /** The task whose discovery led to this one. */
  readonly parent: string | undefined
  /** Rises with every assignment; 0 before the first. */
  readonly epoch: number
  /** When it became ready, in ms; 0 before that. A retry makes it ready anew. For orders by age: `view.at` is another one each time. */
  readonly readyAt: number
  /** Attempts that ended by their own doing and were followed by another. */
  readonly retries: number
  /** Tasks on the longest path from here to the end, this one included; kept for orders that change with patches, else 1. */
  readonly remaining: number
  /** The live attempt's id, known from the assignment on. */
  readonly attempt: string | undefined
  /** Who does it: the slot of the live attempt. */
  readonly owner: string | undefined
  readonly result: Json | undefined
  readonly error: ErrorRecord | undefined
  readonly because: string | undefined
  /** Whether somebody has accepted that it ended without success. */
  readonly waived: boolean
}

/** A question that waits for a person. */
export interface ApprovalView {
  /** Short enough to be typed: `a1`. */
  readonly approval: string
  readonly question: string
  /** When it was asked first, in ms. */
  readonly askedAt: number
  /** The task whose call waits; absent where the manager asks. */
  readonly task: string | undefined
  readonly call: HeldCall | undefined
  /** The attempt that waits now; absent while there is none. */
  readonly attempt: string | undefined
  /** The manager's own name for its question. */
  readonly request: string | undefined
}

/**
 * How a group stands: `waiting` until the first of its tasks begins, then `running` until the last has
 * ended; `succeeded` if all of them did or its policy waives the rest, else `failed`.
 */
export const GROUP_STATUSES = ['waiting', 'running', 'succeeded', 'failed'] as const
export type GroupStatus = (typeof GROUP_STATUSES)[number]

/** A level of the plan, or the part of a nested manager, as others see it. Its counts include the groups inside of it. */
export interface GroupView {
  readonly name: string
  /** The group that it lies in. */
  readonly parent: string | undefined
  /** What it was opened with; undefined for one that tasks name and nobody has opened. */
  readonly spec: Group | undefined
  readonly status: GroupStatus
  /** Its tasks; what was refused is counted for the run as a whole. */
  readonly tally: Omit<Tally, 'refused'>
  /** Attempts that run now. */
  readonly live: number
  /** Whether nothing can be added to it any more. */
  readonly isClosed: boolean
}

/**
 * The read-only view of a run that managers and policies get. It has no tool, model, file or clock:
 * through it nothing can be done.
 */
export interface RunView {
  readonly run: string
  readonly goal: Json
  readonly config: RunConfig
  readonly workers: readonly WorkerEntry[]
  readonly paused: boolean
  /** Questions that nobody has answered, in the order in which they were asked. */
  readonly approvals: readonly ApprovalView[]
  readonly tally: Tally
  /** What ended attempts, whatever became of them, and planners have used. */
  readonly spent: Usage
  /** Time of the latest fact, in ms. */
  readonly at: number
  task(id: string): TaskView | undefined
  /** All tasks in the order in which they were added. */
  tasks(): Iterable<TaskView>
  /** Tasks of one group, in the same order. */
  group(name: string): Iterable<TaskView>
  /** The levels of the run, each after the one that it lies in. */
  groups(): Iterable<GroupView>
  /** Whether nothing can be added to a group any more: its policy has closed it, or it was cancelled. */
  isClosed(group: string): boolean
}
