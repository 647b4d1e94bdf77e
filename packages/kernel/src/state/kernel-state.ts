import {
  RunConfigSchema,
  type ErrorCode,
  type ErrorRecord,
  type FactType,
  type Json,
  type Outcome,
  type RunConfig,
  type Task,
  type WorkerEntry,
} from '@bosun/core'
import type { TaskRecord } from './task-record.ts'

/** A worker of the run with its slots. */
export interface WorkerRecord {
  readonly entry: WorkerEntry
  /** Attempts it runs now. */
  live: number
  /** Its joined slots, by ordinal. */
  readonly slots: SlotRecord[]
}

/** One joined slot. */
export interface SlotRecord {
  readonly slot: string
  readonly worker: WorkerRecord
  readonly ordinal: number
  /** Index of the task it runs; -1 when free. */
  task: number
  assignments: number
  left: boolean
}

/** What waits to be delivered to the manager. */
export interface InboxEntry {
  readonly kind: 'goal' | 'plan' | 'planFailed' | 'outcome' | 'discovered' | 'emitted' | 'steer' | 'refused'
  /** The fact it tells of. */
  readonly ref: number
  /** Index of the task it is about; -1 for none. */
  readonly task: number
  readonly epoch: number
  readonly text: string
  readonly value: Json | undefined
  readonly tasks: readonly Task[] | undefined
  readonly error: ErrorRecord | undefined
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
  config: RunConfig = RunConfigSchema.parse({})
  seq = 0
  at = 0
  startedAt = 0
  lastCause = 0
  managerEpoch = 1
  paused = false
  /** The fact that ended the run, if one has. */
  ended: FactType | undefined = undefined

  readonly tasks: TaskRecord[] = []
  readonly taskById = new Map<string, TaskRecord>()
  readonly workers = new Map<string, WorkerRecord>()
  readonly slots = new Map<string, SlotRecord>()
  readonly counts: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
  refused = 0
  /** Which limit refused last. */
  refusedBy: ErrorCode | undefined = undefined
  /** Attempts that hold a lease now. */
  live = 0
  readonly resources = new Map<string, ResourceHold>()
  /** Writers of each declared output, by path. */
  readonly writers = new Map<string, number[]>()
  /** Assignments of about the last second, by millisecond; those from `startsHead` on count. */
  readonly starts: { at: number; count: number }[] = []
  startsHead = 0
  startsCount = 0
  reservedTokens = 0
  reservedCostMicros = 0
  spentTokens = 0
  spentCostMicros = 0

  /** Messages not delivered yet are those from `inboxHead` on. */
  readonly inbox: InboxEntry[] = []
  inboxHead = 0
  /** Planner calls that have not been answered, with the time of the request. */
  readonly plans = new Map<string, number>()
  readonly planGoals = new Map<string, Json>()
  readonly wakes = new Map<string, number>()
  /** Plans that came back, for `delegate` to refer to. */
  readonly receivedPlans = new Set<string>()
  /** Results that came too late, by the fact that keeps them. */
  readonly quarantine = new Map<number, { task: number; epoch: number; value: Json }>()
  /** Rises with every change that answers a settled message. */
  progress = 0
  /** `progress` when `settled` was last delivered. */
  settledProgress = -1

  // Signals
  /** Tasks that became ready. */
  readonly readied: number[] = []
  /** Tasks with a final outcome other than `succeeded` whose dependants must be skipped. */
  readonly doomed: number[] = []
  /** Slots that became free. */
  readonly freed: SlotRecord[] = []
  /** Resources that were given back. */
  readonly released: string[] = []

  get unresolved(): number {
    const { succeeded, failed, lost, cancelled, skipped } = this.counts
    return this.tasks.length - succeeded - failed - lost - cancelled - skipped
  }
}
