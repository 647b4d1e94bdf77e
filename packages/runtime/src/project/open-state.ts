import {
  BosunError,
  isRunEnd,
  type Command,
  type DurableFact,
  type FactOf,
  type Journal,
  type RunConfig,
  type RunSummary,
  type RunView,
  type Strategy,
} from '@bosun/core'
import { BUILT_IN_STRATEGIES, createKernel, evolve, settleKernel, why, type Kernel, type Reason } from '@bosun/kernel'
import type { RecordedHost } from '../hosts/kill-host-groups.ts'
import { isAlive } from '../journal/owner.ts'
import { makeStateFolder } from '../journal/state-folder.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { dropRun, sizeOfRun } from './drop-run.ts'
import { importRun } from './import-run.ts'
import { factsFollowing } from './command-answer.ts'
import { commandWithoutOwner } from './command-without-owner.ts'
import { TicketQueue } from '../queue/ticket-queue.ts'
import { RunProcesses } from './run-processes.ts'
import { secretsOfProject } from './secrets-of-project.ts'

/** How long to wait for the owner of a run to carry out a command. */
const COMMAND_MS_MAX = 10_000
const COMMAND_POLL_MS = 50

/** What may be asked of a run that has ended. */
const AFTER_THE_END: ReadonlySet<Command['kind']> = new Set(['retry', 'adopt'])

/**
 * The journals of a state folder, for readers and for people who ask something of a run.
 *
 * @param project the folder whose config says what is secret and so belongs in no command; absent: nothing is
 * @example
 * const state = await openState('.bosun')
 * for (const { run, state: is } of await state.runs()) console.log(run, is)
 */
export async function openState(stateDir: string, project?: string): Promise<State> {
  makeStateFolder(stateDir)
  return new State(await SqliteJournal.open({ stateDir }), stateDir, project)
}

/** What came of a command. */
export interface CommandAnswer {
  /** The facts that followed from it, in order; none when it changed nothing. */
  readonly facts: readonly DurableFact[]
  /** The process that manages the run; absent when none does. */
  readonly managedBy?: number
}

export class State {
  readonly journal: Journal
  readonly #stateDir: string
  readonly #project: string | undefined
  readonly #queue: TicketQueue

  constructor(journal: Journal, stateDir: string, project?: string) {
    this.journal = journal
    this.#stateDir = stateDir
    this.#project = project
    this.#queue = new TicketQueue(stateDir, 0)
  }

  /** All runs, and those that wait for their turn, of which there may be nothing yet. */
  async runs(): Promise<readonly RunSummary[]> {
    const stored = await this.journal.runs()
    const waiting = new Map(this.#queue.waiting().map((one) => [one.run, one]))
    const listed = stored.map((summary): RunSummary => {
      const { place, owner } = waiting.get(summary.run) ?? {}
      waiting.delete(summary.run)
      return place === undefined ? summary : { ...summary, state: 'waiting', place, owner }
    })
    const begun = Array.from(waiting.values(), ({ run, manager, at, owner, place }): RunSummary => {
      return { run, manager, startedAt: at, updatedAt: at, state: 'waiting', place, facts: 0, owner }
    })
    return [...listed, ...begun]
  }

  /** Durable facts after `from`. @throws RUN_UNKNOWN */
  facts(run: string, from = 0): AsyncIterable<readonly DurableFact[]> {
    return this.journal.read(run, from)
  }

  /** How the run was started. @throws RUN_UNKNOWN */
  async started(run: string): Promise<FactOf<'run.started'>> {
    for await (const [first] of this.journal.read(run)) {
      if (first?.type === 'run.started') return first
      break
    }
    throw new BosunError('RUN_UNKNOWN', { at: run })
  }

  /** The configuration of a run with the limits that people have changed since. @throws RUN_UNKNOWN */
  async config(run: string): Promise<RunConfig> {
    const { config } = await this.started(run)
    let { limits } = config
    for await (const facts of this.journal.read(run)) {
      for (const fact of facts) if (fact.type === 'limits.changed') limits = { ...limits, ...fact.limits }
    }
    return { ...config, limits }
  }

  /** The run as NDJSON, as `readFactsFile` reads it. Throws RUN_UNKNOWN. */
  exportRun(run: string): AsyncIterable<string> {
    return this.journal.exportRun(run)
  }

  /** Room that a run takes on the disk, in bytes: its journal, and what its attempts have left in staging. */
  sizeOf(run: string): Promise<number> {
    return sizeOfRun(this.#stateDir, run)
  }

  /** Drops a run with all it holds, but for what it has published. @throws RUN_UNKNOWN, RUN_BUSY */
  dropRun(run: string): Promise<void> {
    return dropRun(this.journal, this.#stateDir, run)
  }

  /** Takes a run from elsewhere: all of it, or nothing. @throws JOURNAL_INVALID, JOURNAL_CONFLICT, FACT_ILLEGAL */
  importRun(facts: readonly DurableFact[]): Promise<string> {
    return importRun(this.journal, facts)
  }

  /** The run as all its facts leave it. @throws RUN_UNKNOWN */
  async view(run: string): Promise<RunView> {
    return (await this.#fold(run)).view
  }

  /** Why a task is not done, or how it ended. @throws RUN_UNKNOWN, TASK_UNKNOWN */
  async why(run: string, task: string): Promise<readonly Reason[]> {
    const kernel = await this.#fold(run)
    // Nothing may have been recorded for a while of what is waited for.
    const { at, ended } = kernel.state
    return why(kernel, task, ended === undefined ? Math.max(at, Date.now()) : at)
  }

  /**
   * Asks for something of a run and waits until it is durable: of the process that manages it, or, when
   * none does, by appending what follows without one. `retry` and `adopt` also take a run that has ended.
   *
   * @param by who asks, for the record
   * @returns what followed
   * @throws RUN_UNKNOWN, RUN_ENDED, RUN_BUSY when the owner does not answer, JOURNAL_WRITE_FAILED
   */
  async submit(run: string, asked: Pick<Command, 'kind' | 'body'>, by = 'user'): Promise<CommandAnswer> {
    const summary = (await this.journal.runs()).find((one) => one.run === run)
    if (summary === undefined) return this.#ofWaiting(run, asked, by)
    if (!AFTER_THE_END.has(asked.kind) && !['running', 'paused', 'orphaned'].includes(summary.state))
      throw new BosunError('RUN_ENDED', { at: run, received: summary.state })
    // It is on the disk before whoever manages the run could take secrets out of it.
    const secrets = this.#project === undefined ? undefined : await secretsOfProject(this.#project)
    const command = secrets?.json({ ...asked, by }) ?? { ...asked, by }
    const id = await this.journal.submit(run, command)
    const { owner } = summary
    const isManaged = owner !== undefined && isAlive(owner)
    await (isManaged ? this.#answered(run, id, owner.pid) : commandWithoutOwner(this.journal, run, secrets))
    const since: DurableFact[] = []
    for await (const facts of this.journal.read(run, summary.facts)) since.push(...facts)
    const facts = factsFollowing(command, since)
    // Whoever waits with it finds that it has ended.
    if (facts.some(isRunEnd)) await this.#queue.withdraw(run, { by, reason: 'cancelled' })
    return isManaged ? { facts, managedBy: owner.pid } : { facts }
  }

  /**
   * Has the process of a run that waits for its turn cancel it. It puts that down as the start and the end
   * of the run.
   */
  async #ofWaiting(run: string, { kind, body }: Pick<Command, 'kind' | 'body'>, by: string): Promise<CommandAnswer> {
    if (!this.#queue.waiting().some((one) => one.run === run)) throw new BosunError('RUN_UNKNOWN', { at: run })
    if (kind !== 'cancel') throw new BosunError('RUN_WAITING', { at: run })
    const { reason = '' } = body as { readonly reason?: string }
    await this.#queue.withdraw(run, { by, reason })
    const until = Date.now() + COMMAND_MS_MAX
    for (;;) {
      const facts = await this.#storedFacts(run)
      if (facts.some(isRunEnd)) return { facts }
      // Its process has died before it could put anything down: then there is no such run.
      const isThere = facts.length > 0 || this.#queue.waiting().some((one) => one.run === run)
      if (!isThere || Date.now() > until) return { facts: [] }
      await new Promise((resolve) => setTimeout(resolve, COMMAND_POLL_MS))
    }
  }

  async #storedFacts(run: string): Promise<readonly DurableFact[]> {
    if (!(await this.journal.runs()).some((one) => one.run === run)) return []
    const facts: DurableFact[] = []
    for await (const batch of this.journal.read(run)) facts.push(...batch)
    return facts
  }

  /** The processes of a run as they are now: to be asked for before the run is cancelled. @throws RUN_UNKNOWN */
  async processes(run: string): Promise<RunProcesses> {
    const hosts: RecordedHost[] = []
    // One that has not begun has none.
    if (this.#queue.waiting().some((one) => one.run === run)) return new RunProcesses(undefined, hosts)
    for await (const facts of this.journal.read(run)) {
      for (const fact of facts) if (fact.type === 'host.started') hosts.push(fact)
    }
    const owner = (await this.runs()).find((one) => one.run === run)?.owner
    return new RunProcesses(owner, hosts)
  }

  /** Waits until the owner of a run has carried a command out. */
  async #answered(run: string, id: number, pid: number): Promise<void> {
    const until = Date.now() + COMMAND_MS_MAX
    while (!(await this.journal.isSettled(run, id))) {
      if (Date.now() > until) {
        throw new BosunError('RUN_BUSY', {
          at: run,
          received: `no answer from process ${pid} within ${COMMAND_MS_MAX} ms`,
          fix: 'It is carried out when that process goes on, or by whoever takes the run over: bosun resume --take-over.',
        })
      }
      await new Promise((resolve) => setTimeout(resolve, COMMAND_POLL_MS))
    }
  }

  close(): Promise<void> {
    this.#queue.close()
    return this.journal.close()
  }

  async #fold(run: string): Promise<Kernel> {
    let kernel: Kernel | undefined
    for await (const facts of this.journal.read(run)) {
      for (const fact of facts) {
        if (kernel === undefined) kernel = createKernel(this.#strategyOf(fact))
        evolve(kernel.state, fact)
      }
    }
    if (kernel === undefined) throw new BosunError('RUN_UNKNOWN', { at: run })
    settleKernel(kernel)
    return kernel
  }

  /** The strategy the run was started with; for one that is not at hand, the default only orders the answers. */
  #strategyOf(fact: DurableFact): Strategy {
    const name = fact.type === 'run.started' ? fact.config.strategy : ''
    return BUILT_IN_STRATEGIES.find((strategy) => strategy.name === name) ?? (BUILT_IN_STRATEGIES[0] as Strategy)
  }
}
