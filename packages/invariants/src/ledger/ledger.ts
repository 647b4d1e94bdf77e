import type { FactOf, Group, Limits, Outcome, RunConfig, Task, TaskStatus, Usage, WorkerEntry } from '@bosun/core'

/** How the latest attempt of a task ended. */
export type AttemptEnd = 'succeeded' | 'failed' | 'lost' | 'revoked'

/** Which clock an `attempt.lost` names. */
export type LossClock = FactOf<'attempt.lost'>['evidence']['clock']

/** The bounded right of one attempt to report. */
export interface LeaseEntry {
  readonly epoch: number
  readonly slot: string
  readonly worker: string
  readonly seq: number
  readonly at: number
  /** The deadline that the assignment promised. */
  readonly deadline: number
  /** The run's time limit for this attempt when it was assigned. */
  readonly timeoutMs: number
  readonly started: boolean
  /** Time of the last beat or progress seen in this log; 0 before the first. */
  readonly beatAt: number
  /** Time of the last sign of life of any kind, the assignment included. */
  readonly signAt: number
  /** Answers of people that the attempt waits for, since when, and how long it has waited before that. */
  readonly waitsFor: ReadonlySet<string>
  readonly waitsSince: number
  readonly waitedMs: number
  /** Time that the manager itself was away since the assignment, as far as this log tells. */
  readonly stalledMs: number
}

/** What the log says of one task so far. */
export interface TaskEntry {
  readonly id: string
  readonly spec: Task
  readonly seq: number
  readonly cause: number
  readonly depth: number
  readonly parent: TaskEntry | undefined
  /** Status by this package's own fold, which shares no code with the kernel. */
  readonly status: TaskStatus
  readonly epoch: number
  readonly retries: number
  /** Start of the earliest next attempt after a retry. */
  readonly notBefore: number
  readonly lease: LeaseEntry | undefined
  /** The slot that it is placed on, while it is. */
  readonly place: PlaceEntry | undefined
  /** How the latest attempt ended, while what follows from it is not in the log yet. */
  readonly undecided: AttemptEnd | undefined
  /** How the latest attempt ended. */
  readonly lastEnd: AttemptEnd | undefined
  readonly lastEndSeq: number
  /** For a lost attempt: the clock that ran out, whether work had begun, and who did it. */
  readonly lossClock: LossClock | undefined
  readonly lossStarted: boolean
  readonly lastWorker: string
  /** The attempt whose result was accepted; 0 while none was. */
  readonly acceptedEpoch: number
  readonly acceptedSeq: number
  /** Whether the accepted result has outputs that are to be published. */
  readonly outputsDue: boolean
  readonly publishedSeq: number
  /** The fact that ended the task; 0 while it has no outcome. */
  readonly outcomeSeq: number
  /** The fact that made it ready last, by its own or by a retry; 0 while it never was. */
  readonly readySeq: number
  /** The input behind that fact. */
  readonly readyCause: number
  /** When it could be assigned the last time: never before its backoff is over. */
  readonly readyAt: number
  /** When its latest attempt was assigned and ended, and when the task did; 0 before. */
  readonly assignedAt: number
  readonly endedAt: number
  readonly outcomeAt: number
  /** Where it waits for a slot; absent while it does not. A backoff is waited for there as well. */
  readonly lane: ReadyLane | undefined
  /** The task of the same lane that became ready next. */
  readonly nextReady: TaskEntry | undefined
  /** For a skipped task: the task named as the reason, and that task's outcome. */
  readonly because: string | undefined
  readonly becauseOutcome: Outcome | undefined
  /** Dependencies that have not succeeded. */
  readonly unmet: number
  /** Whether a dependency ended without success while this task has no outcome. */
  readonly doomed: boolean
  readonly dependants: readonly TaskEntry[]
  readonly children: readonly TaskEntry[]
  /** Whether a successor (`id~2`) stands in for it in the reports. */
  readonly superseded: boolean
  /** Its twin, and the task that it is the twin of. */
  readonly twin: TaskEntry | undefined
  readonly hedged: TaskEntry | undefined
}

/** Where a task is placed, and under which rules of the strategy. */
export interface PlaceEntry {
  readonly slot: string
  readonly seq: number
  readonly ahead: number
  readonly steal: boolean
}

export interface SlotEntry {
  readonly slot: string
  readonly worker: string
  readonly present: boolean
  readonly seq: number
  /** The task whose lease the slot holds. */
  readonly task: TaskEntry | undefined
  /** The tasks that are placed on it, the oldest first. */
  readonly placed: ReadonlySet<TaskEntry>
}

export interface WorkerRecord {
  readonly entry: WorkerEntry
  readonly leases: number
  /** Slots that are there, and those of them that hold no lease. */
  readonly slots: number
  readonly free: number
}

/** Tasks that wait for a slot and that the same workers can do. */
export interface ReadyLane {
  readonly workers: readonly WorkerRecord[]
  /** The one that became ready first; `nextReady` leads to the others, in order. */
  readonly first: TaskEntry | undefined
  readonly size: number
}

/** Who gave up on the success of a task. */
export interface Waiver {
  readonly seq: number
  /** Whether someone other than the manager waived it. */
  readonly beyondManager: boolean
}

/** A group as the log tells of it; its counts include the groups inside of it. */
export interface GroupEntry {
  readonly spec: Group
  readonly openedSeq: number
  readonly openedAt: number
  /** Live leases, tasks (each counted once however often it was tried again), and those that succeeded. */
  readonly leases: number
  readonly total: number
  readonly succeeded: number
  /** The fact that closed it; 0 while it is open. */
  readonly closedSeq: number
  readonly waives: boolean
}

export interface HeldResource {
  readonly readers: number
  readonly writers: number
}

/**
 * Everything that more than one invariant needs to know, kept once by one reducer and lent to all of
 * them, read-only, as it stood before the fact at hand.
 */
export interface Ledger {
  /** `seq`, `at` and `cause` of the latest facts; `cause` is -1 before the first. */
  readonly seq: number
  readonly at: number
  readonly cause: number
  readonly facts: number
  readonly started: FactOf<'run.started'> | undefined
  readonly config: RunConfig | undefined
  /** The limits in force: those of the start with all changes merged in. */
  readonly limits: Limits | undefined
  readonly workers: ReadonlyMap<string, WorkerRecord>
  readonly tasks: ReadonlyMap<string, TaskEntry>
  readonly slots: ReadonlyMap<string, SlotEntry>
  /** Live leases. */
  readonly leases: number
  readonly resources: ReadonlyMap<string, HeldResource>
  readonly labels: ReadonlyMap<string, number>
  /** Groups that were opened, by name. */
  readonly groups: ReadonlyMap<string, GroupEntry>
  readonly lanes: readonly ReadyLane[]
  /** Tasks that wait for a slot, in all lanes. */
  readonly ready: number
  /** Slots that are there and hold no lease. */
  readonly free: number
  /** What attempts and planners have used and what is reserved for live ones. */
  readonly spent: Readonly<Usage>
  readonly reserved: Readonly<Usage>
  /**
   * Whether nothing has happened yet that bounds of performance do not allow for: a failed, lost or
   * revoked attempt, an outcome other than success, a pause, a change of limits, slots or tasks after
   * the work had begun, an absence of the manager.
   */
  readonly undisturbed: boolean
  /** Tasks by outcome; a task that has a successor is not counted. */
  readonly counts: Readonly<Record<Outcome, number>>
  readonly total: number
  readonly unresolved: number
  readonly refused: number
  /** Attempts that ended and whose consequence is not in the log yet. */
  readonly undecided: ReadonlySet<TaskEntry>
  /** Tasks without outcome that depend on one that ended without success. */
  readonly doomed: ReadonlySet<TaskEntry>
  readonly waivers: ReadonlyMap<string, Waiver>
  /** The fact that ended the run; 0 while it goes on. */
  readonly endedSeq: number
  /** The fact that paused the run; 0 while it is not paused. */
  readonly pausedSeq: number
  readonly recoveredSeq: number
  /** Whether the log holds volatile facts, as a live trace does and a journal does not. */
  readonly live: boolean
  task(id: string): TaskEntry | undefined
  /** The opened groups that a task lies in, from the inside out. */
  groupsOf(spec: Task): readonly GroupEntry[]
  /** Assignments within the second that ends at a time, which is never asked for twice going back. */
  startsWithin(at: number): number
}
