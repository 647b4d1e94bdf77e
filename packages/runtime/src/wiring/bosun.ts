import {
  BosunError,
  RunConfigSchema,
  type AnyManager,
  type Clock,
  type Journal,
  type Manager,
  type Place,
  type Planner,
  type Random,
  type RunConfig,
  type Strategy,
} from '@bosun/core'
import { plainJson } from '@bosun/sdk'
import { redactedManager } from '../secrets/redacted-manager.ts'
import { ManagedRun } from '../run/managed-run.ts'
import type { Waiting } from '../queue/run-queue.ts'
import { RunHandle } from '../run/run-handle.ts'
import type { RunPorts } from '../run/run-ports.ts'

/** What a run is started with beyond its manager and goal. */
export interface RunOptions {
  /** Id of the run: letters, digits, dashes. @defaultValue a new short id */
  readonly run?: string
  /** @defaultValue the documented defaults of each member */
  readonly config?: RunConfig
  /** Where configured values came from, by path. @defaultValue none */
  readonly origins?: Readonly<Record<string, string>>
  /** The folders of the run, for whoever resumes it. @defaultValue none */
  readonly place?: Place
  /** Answers the manager's `plan` decisions. @defaultValue none, which refuses them */
  readonly planner?: Planner
  /** Told when other runs keep this one from going on, and when its place changes. @defaultValue nobody is */
  readonly onWait?: (waiting: Waiting) => void
}

/** What a run is taken up again with. */
export interface ResumeOptions {
  /** Lets a paused run go on. @defaultValue true */
  readonly unpause?: boolean
  /**
   * Lets the run go on although its manager decides otherwise on replay than it had; what is recorded
   * stands. @defaultValue false, which pauses the run
   */
  readonly acceptDivergence?: boolean
  readonly planner?: Planner
  /** As of a run that is started. */
  readonly onWait?: (waiting: Waiting) => void
  /** Who asks, for the record. @defaultValue `resume` */
  readonly by?: string
  /** Why, for the record. @defaultValue none */
  readonly reason?: string
  /** Takes the run from a process that lives but hangs; that one is refused whatever it still writes. @defaultValue false */
  readonly takeOver?: boolean
}

/** What the engine is made of besides the ports of a run. */
export interface BosunParts extends RunPorts {
  readonly random: Random
  readonly strategies: readonly Strategy[]
  readonly managers: readonly AnyManager[]
}

/**
 * Starts runs and takes them up again. One per process and state folder; get it from the container.
 *
 * @example
 * await using bosun = container.get(Bosun)
 * const run = await bosun.run(survey, { path: 'src' })
 * run.partial$.subscribe((part) => console.log(part))
 * const { end } = await run.outcome
 */
export class Bosun implements AsyncDisposable {
  readonly #parts: BosunParts
  readonly #runs = new Set<ManagedRun>()
  #closed: Promise<void> | undefined

  constructor(parts: BosunParts) {
    this.#parts = parts
  }

  get journal(): Journal {
    return this.#parts.journal
  }

  get clock(): Clock {
    return this.#parts.clock
  }

  /**
   * Starts a run, when it is its turn: runs above the cap of the state folder wait, first come, first served.
   * When it resolves, the handle may be subscribed to; nothing has been published yet.
   *
   * @throws GOAL_INVALID, RUN_BUSY, CONFIG_INVALID for an unknown strategy, JOURNAL_CONFLICT for an id that is taken
   */
  async run<G, R>(manager: Manager<G, R>, goal: G, options: RunOptions = {}): Promise<RunHandle> {
    const run = options.run ?? this.#parts.random.id()
    // A copy: the state shares it, and what is not JSON would be another goal when the journal is read.
    const plain = plainJson(goal, 'GOAL_INVALID', 'goal')
    const newRun = {
      goal: this.#parts.redactor?.json(plain) ?? plain,
      manager: manager.name,
      config: options.config ?? RunConfigSchema.parse({}),
      origins: options.origins ?? {},
      ...(options.place === undefined ? {} : { place: options.place }),
    }
    const begun = ManagedRun.begin(this.#runParts(run, [manager], options.planner), newRun, options.onWait)
    return this.#hold(await begun)
  }

  /**
   * Takes up a run whose manager process died or that rests paused: folds its journal, kills what
   * host processes are left, declares the attempts of its former life lost, and goes on.
   *
   * @throws RUN_UNKNOWN, RUN_ENDED, RUN_BUSY, and what reading its journal throws
   */
  async resume(
    run: string,
    options: ResumeOptions & { readonly managers?: readonly AnyManager[] } = {},
  ): Promise<RunHandle> {
    const how = {
      acceptsDivergence: options.acceptDivergence === true,
      takesOver: options.takeOver === true,
      ...(options.unpause === false ? {} : { by: options.by ?? 'resume' }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }
    const parts = this.#runParts(run, options.managers ?? [], options.planner)
    return this.#hold(await ManagedRun.resume(parts, how, options.onWait))
  }

  /**
   * Gives up the runs that still go on, ends the workers' side and closes the journal. Such a run can
   * be resumed; pause it before, if its attempts shall end by themselves.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // ---------------------------------------------------------------------------------------------

  async #close(): Promise<void> {
    this.#parts.turns.close()
    await Promise.all(Array.from(this.#runs, (run) => run.halt()))
    await this.#parts.workers.close()
    await this.#parts.journal.close()
  }

  /** @param own managers that come before those that are bound */
  #runParts(run: string, own: readonly AnyManager[], planner: Planner | undefined) {
    if (this.#closed !== undefined) throw new BosunError('INTERNAL', { at: run, summary: 'Bosun was closed.' })
    const managers = [...own, ...this.#parts.managers]
    return {
      run,
      ports: this.#parts,
      strategyOf: (name: string) => named('strategy', this.#parts.strategies, name),
      managerOf: (name: string) => redactedManager(named('manager', managers, name), this.#parts.redactor) as Manager,
      planner,
    }
  }

  #hold(managed: ManagedRun): RunHandle {
    this.#runs.add(managed)
    const forget = () => this.#runs.delete(managed)
    managed.outcome.then(forget, forget)
    return new RunHandle(managed)
  }
}

function named<T extends { readonly name: string }>(kind: string, known: readonly T[], name: string): T {
  const found = known.find((one) => one.name === name)
  if (found !== undefined) return found
  const names = [...new Set(known.map((one) => one.name))].join(', ')
  throw new BosunError('CONFIG_INVALID', { at: kind, expected: `one of ${names}`, received: `"${name}"` })
}
