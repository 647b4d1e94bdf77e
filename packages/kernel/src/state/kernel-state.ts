import type {
  ErrorCode,
  ErrorRecord,
  FactType,
  Group,
  Json,
  Outcome,
  Place,
  RunConfig,
  Task,
  WorkerEntry,
} from '@bosun/core'
import type { ApprovalRecord } from './approval-record.ts'
import { Arrows } from './arrows.ts'
import { completeConfig } from './complete-config.ts'
import type { GroupRecord } from './group-record.ts'
import type { OpenPlan } from './open-plan.ts'
import type { RunningMedian } from './running-median.ts'
import type { TaskRecord } from './task-record.ts'

/** A worker of the run with its slots. */
export interface WorkerRecord {
  readonly entry: WorkerEntry
  /** Attempts it runs now. */
  live: number
  /** Whether it needs no model where another worker of its type does, so that it can work without budget. */
  readonly isFrugal: boolean
  /** Its joined slots, by ordinal. */
  readonly slots: SlotRecord[]
}

/** One slot that has joined; it keeps its place when it leaves and joins again. */
export interface SlotRecord {
  readonly slot: string
  readonly worker: WorkerRecord
  readonly ordinal: number
  /** Its place among all slots of the run, in the order in which they joined. */
  readonly number: number
  /** Index of the task it runs; -1 when free. */
  task: number
  assignments: number
  /** Indices of the tasks that are placed on it, the oldest first. */
  readonly placed: Set<number>
  left: boolean
}

/** What waits to be delivered to the manager. */
export interface InboxEntry {
  readonly kind:
    | 'goal'
    | 'plan'
    | 'planFailed'
    | 'outcome'
    | 'discovered'
    | 'emitted'
    | 'steer'
    | 'refused'
    | 'answered'
  /** The fact it tells of. */
  readonly ref: number
  /** Index of the task it is about; -1 for none. */
  readonly task: number
  readonly epoch: number
  readonly text: string
  readonly value: Json | undefined
  readonly tasks: readonly Task[] | undefined
  readonly groups: readonly Group[] | undefined
  readonly error: ErrorRecord | undefined
}

/** A result that came when its attempt was no longer the live one. */
export interface QuarantinedResult {
  readonly task: number
  readonly epoch: number
  readonly value: Json
  readonly outputs: readonly string[]
}

/** How many hold a resource now. */
export interface ResourceHold {
  readers: number
  writers: number
}

/**
 * All that a run is, as its facts have made it. Changed by `evolve` alone; no clock, no promise, no
 * random source. The lists under "signals" tell the index what the last facts touched; they carry
 * nothing that the rest does not hold, and are emptied by whoever reads them.
 */
export class KernelState {
  run = ''
  goal: Json = null
  manager = ''
  place: Place | undefined = undefined
  config: RunConfig = completeConfig({})
  seq = 0
  at = 0
  startedAt = 0
  lastCause = 0
  managerEpoch = 1
  paused = false
  /** When it was paused last, and how long it has been paused in all before: a pause is no time of the run. */
  pausedAt = 0
  pausedMs = 0
  /** When the run was resumed last; waiting in the queue counts from here at the earliest. */
  resumedAt = 0
  /** The fact that ended the run, if one has. */
  ended: FactType | undefined = undefined

  readonly tasks: TaskRecord[] = []
  readonly taskById = new Map<string, TaskRecord>()
  readonly arrows = new Arrows()
  /** Dependencies that have not succeeded yet, by index of the task. */
  readonly pending: number[] = []
  readonly workers = new Map<string, WorkerRecord>()
  readonly slots = new Map<string, SlotRecord>()
  readonly counts: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
  /** Tasks that a successor stands in for; they are in no count. */
  superseded = 0
  /** Refusals, ever; the tasks that nobody waived or added since are in `refusals`. */
  refused = 0
  readonly refusals = new Map<string, ErrorCode>()
  /** Whether the manager has cancelled the run as a whole: nothing is added to it any more. */
  closed = false
  /** Attempts that hold a lease now. */
  live = 0
  /** Twins that were added, ever. */
  hedges = 0
  /** How long attempts that succeeded took, by task type and worker; kept where tasks are hedged. */
  readonly durations = new Map<string, RunningMedian>()
  readonly resources = new Map<string, ResourceHold>()
  readonly groups = new Map<string, GroupRecord>()
  /** Groups that have a deadline and are not closed. */
  readonly timed = new Set<GroupRecord>()
  /** Writers of each declared output, by path. */
  readonly writers = new Map<string, number[]>()
  /** Assignments of about the last second, by millisecond; those from `startsHead` on count. */
  readonly starts: { at: number; count: number }[] = []
  startsHead = 0
  startsCount = 0
  /** What live attempts and open plans may still use. */
  reservedTokens = 0
  reservedCostMicros = 0
  /** What ended attempts and the planner have used. */
  spentTokens = 0
  spentCostMicros = 0

  /** Messages not delivered yet are those from `inboxHead` on. */
  readonly inbox: InboxEntry[] = []
  inboxHead = 0
  /** Planner calls that have not been answered, by their request. */
  readonly plans = new Map<string, OpenPlan>()
  readonly wakes = new Map<string, number>()
  /** Plans that came back, for `delegate` to refer to. */
  readonly receivedPlans = new Set<string>()
  /** Results that came too late, by the fact that keeps them. */
  readonly quarantine = new Map<number, QuarantinedResult>()
  /** Questions to people, by their short ids, and those that wait for an answer. */
  readonly approvals = new Map<string, ApprovalRecord>()
  readonly openApprovals = new Set<ApprovalRecord>()
  /** Rises with every change that answers a settled message. */
  progress = 0
  /** `progress` when `settled` was last delivered. */
  settledProgress = -1

  // The pulse: time and cause of the latest volatile fact, left out of every comparison of states.
  pulseAt = 0
  pulseCause = 0

  // Signals
  /** Tasks that became ready, each followed by its `readySeq` of that moment. */
  readonly readied: number[] = []
  /** Tasks that ended other than `succeeded` and whose dependants must be skipped. */
  readonly doomed: number[] = []
  /** Tasks that were added behind one that had ended so already. */
  readonly lateDoomed: number[] = []
  /** Slots that became free. */
  readonly freed: SlotRecord[] = []
  /** Tasks that were placed, or are so no longer. */
  readonly placings: number[] = []
  /** Resources that were given back. */
  readonly released: string[] = []
  /** Tasks of pairs, one of which has come to something. */
  readonly pairsDue: number[] = []
  /** Groups whose policy may have come about. */
  readonly groupsDue: GroupRecord[] = []
  /** Tasks that ended without success in groups that waive that. */
  readonly waivable: number[] = []

  /** Whether any signal waits to be read. */
  get hasSignals(): boolean {
    const { readied, doomed, lateDoomed, freed, released } = this
    const { groupsDue, waivable, placings, pairsDue } = this
    if (groupsDue.length + waivable.length + placings.length + pairsDue.length > 0) return true
    return readied.length + doomed.length + lateDoomed.length + freed.length + released.length > 0
  }

  /** The task that was asked for last: most facts tell of the same one as the fact before. */
  #latest: TaskRecord | undefined = undefined

  /** Announces the task that is asked for next, by whoever holds it already. */
  expect(task: TaskRecord): void {
    this.#latest = task
  }

  /** A task by its id. */
  find(id: string): TaskRecord | undefined {
    const latest = this.#latest
    if (latest !== undefined && latest.spec.id === id) return latest
    const task = this.taskById.get(id)
    if (task !== undefined) this.#latest = task
    return task
  }

  /** Tasks of the run, each counted once however often it was tried again. */
  get total(): number {
    return this.tasks.length - this.superseded
  }

  get unresolved(): number {
    const { succeeded, failed, lost, cancelled, skipped } = this.counts
    return this.total - succeeded - failed - lost - cancelled - skipped
  }
}
