import type {
  Command,
  DurableFact,
  Fact,
  FactOf,
  Group,
  Planner,
  RunConfig,
  RunSummary,
  RunView,
  Task,
  WorkerEntry,
} from '@bosun/core'
import type { ConfigFlags, TrialEnd, TrialOptions, Waiting } from '@bosun/runtime'

/**
 * What the command line needs of `bosun`, and no more. Commands are written against it, so that their
 * specs can bring a stand-in.
 */
export interface Engine {
  /** Throws FOLDER_MISSING, CONFIG_MISSING, CONFIG_INVALID, PLUGIN_NOT_FOUND, … */
  openProject(folder: string, flags: ProjectFlags): Promise<Project>
  /** Opens the journal of a state folder for reading and for leaving commands; `project` says what is secret in them. */
  openState(stateDir: string, project: string): Promise<State>
  /** The state folder that the config of a project names, absolute. */
  stateDirOf(folder: string): Promise<string>
  /** The plugins that the config of a project lists, by specifier. */
  pluginsOf(folder: string): Promise<readonly string[]>
  /** Facts of an export; throws JOURNAL_INVALID, JOURNAL_DAMAGED, FILE_UNREADABLE. */
  readFactsFile(path: string): Promise<FactsFile>
  /** Runs one example of a worker and leaves nothing behind. Throws USAGE, WORKER_UNKNOWN, PLUGIN_NOT_FOUND, … */
  tryWorker(options: Omit<TrialOptions, 'builtIn'>): Promise<TrialEnd>
  /** What the machine has or lacks, and with a project whether its state folder is fine. */
  checkMachine(folder: string | undefined): Promise<readonly MachineCheck[]>
}

export interface FactsFile {
  readonly facts: readonly DurableFact[]
  /** Why the last line was left out, when it was torn. */
  readonly torn: string | undefined
}

export interface MachineCheck {
  readonly name: string
  readonly state: 'ok' | 'missing' | 'broken'
  readonly detail: string
  readonly fix?: string
}

/** Flags that go before the config. */
export interface ProjectFlags extends ConfigFlags {
  /** Absolute. */
  readonly stateDir?: string
  /** In place of the planner that the config names. */
  readonly planner?: Planner
}

export interface Project {
  /** Absolute. */
  readonly folder: string
  /** Absolute. */
  readonly stateDir: string
  readonly manager: string
  /** Name of the planner, when the config names one. */
  readonly planner: string | undefined
  readonly effective: { readonly config: RunConfig; readonly origins: Readonly<Record<string, string>> }
  /** The tasks of a goal, checked, dependencies first; starts nothing. Throws what is wrong with the plan. */
  planPreview(goal: string | undefined): Promise<PlanPreview>
  /** `goal` as it stands on the command line; the config says how to read it. */
  start(options: { readonly goal: string | undefined; readonly onWait: OnWait }): Promise<RunHandle>
  resume(run: string, how: ResumeHow): Promise<RunHandle>
  close(): Promise<void>
}

export interface ResumeHow {
  /** Who lets a paused run go on, and why. */
  readonly by: string
  readonly reason: string
  /** Whether the run is taken from a process that lives. */
  readonly takeOver: boolean
  readonly onWait: OnWait
}

/** Told when other runs keep one from going on, and when its place changes. */
export type OnWait = (waiting: Waiting) => void

export interface PlanPreview {
  readonly tasks: readonly Task[]
  /** The levels of the plan, each after the one that it lies in. */
  readonly groups: readonly Group[]
  readonly workers: readonly WorkerEntry[]
  /** The plan as a run would receive it, with its hash. Absent: the manager made the tasks and asked for none. */
  readonly plan?: { readonly hash: string; readonly groups: readonly Group[]; readonly tasks: readonly Task[] }
}

/** A run in this process. */
export interface RunHandle {
  readonly run: string
  /** In order; a durable fact only when it is durable, volatile ones in between. */
  readonly facts: AsyncIterable<readonly Fact[]>
  /** Never rejects for a run that ended badly; that is an outcome. */
  readonly result: Promise<RunOutcome>
  /** Ends the run as cancelled. */
  cancel(reason: string): Promise<void>
  /** Assigns nothing more, lets the attempts end, then pauses the run. */
  drain(): Promise<void>
  /** The same within a bounded time: what has not ended by then is taken from its worker. */
  stop(): Promise<void>
}

export interface RunOutcome {
  /** The fact that ended the run; absent when it was paused. */
  readonly end: FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'> | undefined
}

/** The journal of a state folder. */
export interface State {
  runs(): Promise<readonly RunSummary[]>
  /** Durable facts after `from` (default: all), in batches. Throws RUN_UNKNOWN. */
  facts(run: string, from?: number): AsyncIterable<readonly DurableFact[]>
  /** The run as NDJSON, a fact a line, with the chain of hashes. Throws RUN_UNKNOWN. */
  exportRun(run: string): AsyncIterable<string>
  /** Room that a run takes on the disk, in bytes. */
  sizeOf(run: string): Promise<number>
  /** Drops a run with all it holds, but for what it has published. Throws RUN_UNKNOWN, RUN_BUSY. */
  dropRun(run: string): Promise<void>
  /** Takes a run from elsewhere and returns its id. Throws JOURNAL_INVALID, JOURNAL_CONFLICT, FACT_ILLEGAL. */
  importRun(facts: readonly DurableFact[]): Promise<string>
  /** The run as all its facts leave it. Throws RUN_UNKNOWN. */
  view(run: string): Promise<RunView>
  /** Why a task is not done, or how it ended. Throws TASK_UNKNOWN. */
  why(run: string, task: string): Promise<readonly Reason[]>
  /** Resolves when what follows from the command is durable. Throws RUN_ENDED, RUN_BUSY. */
  submit(run: string, command: Pick<Command, 'kind' | 'body'>, by: string): Promise<CommandAnswer>
  /** The processes of a run as they are now. Throws RUN_UNKNOWN. */
  processes(run: string): Promise<RunProcesses>
  close(): Promise<void>
}

/** What came of a command. */
export interface CommandAnswer {
  /** The facts that followed from it, in order; none when it changed nothing. */
  readonly facts: readonly DurableFact[]
  /** The process that manages the run; absent when none does. */
  readonly managedBy?: number
}

export interface RunProcesses {
  /** Waits until they are gone; who is still there then, `undefined` where the system does not tell. */
  gone(): Promise<Survivors | undefined>
}

export interface Survivors {
  readonly processes: readonly { readonly pid: number; readonly name: string }[]
  /** The process that managed the run, while it lives. */
  readonly keptBy?: number
}

/** One thing that a task waits for, or the one thing that explains its outcome. */
export interface Reason {
  readonly kind: string
  readonly text: string
  readonly names: readonly string[]
}
