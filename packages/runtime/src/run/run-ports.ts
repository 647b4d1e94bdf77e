import type {
  AttemptKey,
  Clock,
  Fact,
  HeartbeatMonitor,
  HeldAnswer,
  Journal,
  ModelRegistry,
  Owner,
  PublishedFile,
  ResultQueue,
  TaskQueue,
  Telemetry,
  WorkerEntry,
} from '@bosun/core'
import type { ServiceIdentifier } from 'inversify'
import type { RunQueue } from '../queue/run-queue.ts'
import type { RunRules } from '../tools/grant-source.ts'
import type { OpenPlannerTools } from '../tools/planner-tools.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { TaskDoor } from '../tools/task-door.ts'

/** Brings the accepted files of an attempt to where dependants and people find them; doing it twice is harmless. */
export interface OutputPublisher {
  publish(attempt: AttemptKey, outputs: readonly string[]): Promise<readonly PublishedFile[]>
  /** Drops what attempts of a run have staged. Asked when the run has ended and no late result of it may be adopted. */
  discardRun?(run: string): Promise<void>
}
export const OutputPublisher: ServiceIdentifier<OutputPublisher> = Symbol.for('bosun.OutputPublisher')

/** A process of the workers' side, as its fact records it. */
export type HostRecord = Omit<Extract<Fact, { type: 'host.started' }>, 'seq' | 'at' | 'cause' | 'type'>

/** The workers' side of a run: what there is, and what happened to its processes. */
export interface WorkerSide {
  /** The workers of the run as plain data. */
  readonly entries: readonly WorkerEntry[]
  readonly door: TaskDoor
  /** Calls back with each host process that there is or that is started later. Returns what ends it. */
  onHostStarted(take: (host: HostRecord) => void): () => void
  /** Kills what recorded process groups of earlier processes still live; those of this one go on. */
  killHosts(hosts: readonly HostRecord[]): Promise<void>
  /** Tells which rules narrow the grants of a run. Returns what ends it. */
  narrowIn(run: string, rules: RunRules): () => void
  /** Tells an attempt what a person said to a call of it that waits. */
  answer(attempt: AttemptKey, answer: HeldAnswer): void
  start(): void
  close(): Promise<void>
}
export const WorkerSide: ServiceIdentifier<WorkerSide> = Symbol.for('bosun.WorkerSide')

/** What a run loop is made of. Each is a seam at which a world is swapped. */
export interface RunPorts {
  readonly clock: Clock
  readonly journal: Journal
  readonly queue: TaskQueue
  /** Whose turn it is among the runs of the state folder. */
  readonly turns: RunQueue
  readonly results: ResultQueue
  readonly beats: HeartbeatMonitor
  readonly workers: WorkerSide
  /** What planners can ask. */
  readonly models: ModelRegistry
  /** What planners can look at. @defaultValue nothing */
  readonly plannerTools?: OpenPlannerTools
  /** Takes secrets out of every input before it is decided on. @defaultValue none */
  readonly redactor?: Redactor
  readonly publisher: OutputPublisher
  readonly telemetry: readonly Telemetry[]
  readonly owner: Owner
  /** Folder of the project, for planners. */
  readonly folder: string
}
