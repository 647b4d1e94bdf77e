import type { ServiceIdentifier } from 'inversify'
import type { DurableFact } from '../facts/fact.ts'
import type { Json } from '../json/json.ts'

/** The process that manages a run; enough to tell whether it still lives. */
export interface Owner {
  readonly pid: number
  /** Changes with every boot of the machine. */
  readonly bootId: string
  /** When the process was started, in the machine's own words. */
  readonly startTime: string
}

/** One line of the list of runs. */
export interface RunSummary {
  readonly run: string
  readonly manager: string
  readonly startedAt: number
  readonly updatedAt: number
  /**
   * Type of the fact that ended it, or `running`, `paused`, `orphaned` when no living process manages
   * it, `waiting` while other runs keep it from going on, or `damaged` when its journal cannot be read.
   */
  readonly state:
    | 'running'
    | 'paused'
    | 'orphaned'
    | 'waiting'
    | 'damaged'
    | 'completed'
    | 'failed'
    | 'exhausted'
    | 'cancelled'
  /** Of a waiting run: 1 for the one that is next. */
  readonly place?: number
  readonly facts: number
  readonly owner: Owner | undefined
}

/** A request of a person or another process to the owner of a run. */
export interface Command {
  readonly id: number
  readonly kind:
    | 'cancel'
    | 'pause'
    | 'resume'
    | 'steer'
    | 'waive'
    | 'raise-limit'
    | 'retry'
    | 'adopt'
    | 'approve'
    | 'deny'
  readonly body: Json
  readonly by: string
}

/**
 * The durable log of runs. One writer per run, fenced by the manager epoch.
 *
 * Errors: RUN_UNKNOWN, RUN_BUSY, JOURNAL_FENCED, JOURNAL_CONFLICT, JOURNAL_DAMAGED, JOURNAL_VERSION,
 * JOURNAL_WRITE_FAILED.
 */
export interface Journal {
  /**
   * Makes this process the manager of a run (new or orphaned); refuses with RUN_BUSY while its owner
   * lives, unless a person has it taken over. Whoever managed it before is fenced.
   */
  acquire(run: string, owner: Owner, how?: { readonly takeOver?: boolean }): Promise<number>
  /** Durable when it resolves. `expectedSeq` is the `seq` of the last fact that is stored already. Calls may overlap; they take effect in order. */
  append(run: string, managerEpoch: number, expectedSeq: number, facts: readonly DurableFact[]): Promise<void>
  /** All facts after `from` (default: all), in order, in batches, with their chain checked. */
  read(run: string, from?: number): AsyncIterable<readonly DurableFact[]>
  /**
   * The run as NDJSON: a line for each durable fact, with its hash in the chain. What other tools read.
   *
   * @throws RUN_UNKNOWN, JOURNAL_DAMAGED, JOURNAL_VERSION
   */
  exportRun(run: string): AsyncIterable<string>
  renew(run: string, managerEpoch: number): Promise<void>
  release(run: string, managerEpoch: number): Promise<void>
  /** Drops a run with all it holds; refuses with RUN_BUSY while its owner lives. */
  remove(run: string): Promise<void>
  runs(): Promise<readonly RunSummary[]>
  /** Leaves a command for the owner of the run and returns its id; the owner is woken. */
  submit(run: string, command: Omit<Command, 'id'>): Promise<number>
  /** Commands that are not settled yet, in order. */
  commands(run: string): Promise<readonly Command[]>
  /** Marks a command as done, after the fact that carries it out is durable. */
  settle(run: string, id: number, seq: number): Promise<void>
  /** Whether a command is settled. */
  isSettled(run: string, id: number): Promise<boolean>
  /** Calls back when a command may have come; lossy. Returns what ends it. */
  watchCommands(run: string, wake: () => void): () => void
  close(): Promise<void>
}
export const Journal: ServiceIdentifier<Journal> = Symbol.for('bosun.Journal')
