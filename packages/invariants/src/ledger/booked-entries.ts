import type { FactOf, Group, Outcome, Task, TaskStatus } from '@bosun/core'
import type { AttemptEnd, LossClock, PlaceEntry } from './ledger.ts'
import type { Lane, Listed } from './ready-lanes.ts'

/*
 * What the ledger lends to invariants, in the form in which its book changes it.
 */

/** All fields of a task are there from the start, so that every entry has one shape in memory. */
export class BookedTask implements Listed {
  readonly id: string
  spec: Task
  /** The specification whose uses and labels the live lease holds. */
  held: Task
  readonly seq: number
  readonly cause: number
  readonly depth: number
  readonly parent: BookedTask | undefined
  status: TaskStatus = 'waiting'
  epoch = 0
  retries = 0
  notBefore = 0
  lease: BookedLease | undefined = undefined
  place: PlaceEntry | undefined = undefined
  undecided: AttemptEnd | undefined = undefined
  lastEnd: AttemptEnd | undefined = undefined
  lastEndSeq = 0
  lossClock: LossClock | undefined = undefined
  lossStarted = false
  lastWorker = ''
  acceptedEpoch = 0
  acceptedSeq = 0
  outputsDue = false
  publishedSeq = 0
  outcomeSeq = 0
  readySeq = 0
  readyCause = -1
  readyAt = 0
  assignedAt = 0
  endedAt = 0
  outcomeAt = 0
  reservedTokens = 0
  reservedCostMicros = 0
  lane: Lane | undefined = undefined
  nextReady: Listed | undefined = undefined
  previousReady: Listed | undefined = undefined
  because: string | undefined = undefined
  becauseOutcome: Outcome | undefined = undefined
  unmet = 0
  doomed = false
  dependants: BookedTask[] = []
  readonly children: BookedTask[] = []
  superseded = false
  twin: BookedTask | undefined = undefined
  hedged: BookedTask | undefined = undefined

  constructor(spec: Task, seq: number, cause: number, depth: number, parent: BookedTask | undefined) {
    this.id = spec.id
    this.spec = spec
    this.held = spec
    this.seq = seq
    this.cause = cause
    this.depth = depth
    this.parent = parent
  }
}

export interface BookedLease {
  epoch: number
  slot: string
  worker: string
  seq: number
  at: number
  deadline: number
  timeoutMs: number
  started: boolean
  beatAt: number
  signAt: number
  waitsFor: ReadonlySet<string>
  waitsSince: number
  waitedMs: number
  stalledMs: number
}

export interface BookedSlot {
  slot: string
  worker: string
  present: boolean
  seq: number
  task: BookedTask | undefined
  readonly placed: Set<BookedTask>
}

export interface BookedWorker {
  entry: FactOf<'run.started'>['workers'][number]
  leases: number
  slots: number
  free: number
}

export interface BookedGroup {
  readonly spec: Group
  readonly openedSeq: number
  readonly openedAt: number
  leases: number
  total: number
  succeeded: number
  closedSeq: number
  waives: boolean
}
