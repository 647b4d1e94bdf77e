import {
  BosunError,
  RunConfigSchema,
  type AnyManager,
  type Clock,
  type Journal,
  type Json,
  type Manager,
  type Place,
  type Planner,
  type Random,
  type RunConfig,
  type Strategy,
} from '@bosun/core'
import { createKernel } from '@bosun/kernel'
import { checkGoal, openSession } from '@bosun/managers'
import { recoverRun } from '../run/recover-run.ts'
import { RunHandle } from '../run/run-handle.ts'
import { RunLoop } from '../run/run-loop.ts'
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
}

/** What a run is taken up again with. */
export interface ResumeOptions {
  /** Lets a paused run go on. @defaultValue true */
  readonly unpause?: boolean
  readonly planner?: Planner
  /** Who asks, for the record. @defaultValue `resume` */
  readonly by?: string
}

/** What the engine is made of besides the ports of a run. */
export interface BosunParts extends Omit<RunPorts, 'strategy'> {
  readonly random: Random
  readonly strategies: readonly Strategy[]
  readonly managers: readonly AnyManager[]
}

/**
 * Starts runs and takes them up again. One per process and state folder; get it from the container.
 *
 * @example
 * const run = await container.get(Bosun).run(survey, { path: 'src' })
 * run.partial$.subscribe((part) => console.log(part))
 * const { end } = await run.outcome
 */
export class Bosun {
  readonly #parts: BosunParts

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
   * Starts a run. When it resolves, `run.started` is decided and the handle may be subscribed to;
   * nothing has been published yet.
   *
   * @throws GOAL_INVALID, RUN_BUSY, CONFIG_INVALID for an unknown strategy
   */
  async run<G, R>(manager: Manager<G, R>, goal: G, options: RunOptions = {}): Promise<RunHandle> {
    const parts = this.#parts
    const config = options.config ?? RunConfigSchema.parse({})
    const strategy = this.#strategy(config.strategy)
    const role = manager as unknown as Manager
    checkGoal(role, goal as Json)
    const run = options.run ?? parts.random.id()
    const kernel = createKernel(strategy)
    const violations = { report: (_error: { readonly message: string }) => {} }
    const session = openSession(role, {
      goal: goal as Json,
      view: kernel.view,
      onViolation: (error) => violations.report(error),
    })
    const managerEpoch = await parts.journal.acquire(run, parts.owner)
    const loop = new RunLoop(
      run,
      { ...parts, strategy },
      { manager: role, planner: options.planner },
      kernel,
      session,
      managerEpoch,
    )
    violations.report = (error) => loop.take({ type: 'violation', by: 'manager', error: error as never })
    parts.workers.denyIn(run, config.policy.deny)
    const handle = new RunHandle(loop, parts)
    loop.take({
      type: 'start',
      run,
      goal: goal as Json,
      manager: manager.name,
      config,
      origins: options.origins ?? {},
      workers: parts.workers.entries,
      ...(options.place === undefined ? {} : { place: options.place }),
    })
    joinSlots(loop, config, parts)
    handle.begin()
    return handle
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
    const parts = this.#parts
    const known = [...(options.managers ?? []), ...parts.managers]
    const violations = { report: (_error: { readonly message: string }) => {} }
    // Acquired before the fold, so that nobody writes behind it.
    const managerEpoch = await parts.journal.acquire(run, parts.owner)
    try {
      const recovered = await recoverRun(
        parts.journal,
        run,
        (name) => this.#strategy(name),
        (name) => managerNamed(known, name),
        (error) => violations.report(error),
      )
      const { kernel, session } = recovered
      const { state } = kernel
      if (state.ended !== undefined) throw new BosunError('RUN_ENDED', { at: run, received: state.ended })
      await parts.workers.killHosts(recovered.hosts)
      const strategy = kernel.strategy
      const roles = { manager: managerNamed(known, state.manager), planner: options.planner }
      const loop = new RunLoop(run, { ...parts, strategy }, roles, kernel, session, managerEpoch)
      violations.report = (error) => loop.take({ type: 'violation', by: 'manager', error: error as never })
      parts.workers.denyIn(run, state.config.policy.deny)
      const handle = new RunHandle(loop, parts)
      loop.take({ type: 'recovered', managerEpoch, owner: `pid ${parts.owner.pid}` })
      if (recovered.diverged !== undefined) loop.take({ type: 'diverged', ...recovered.diverged })
      else if (state.paused && options.unpause !== false) loop.take({ type: 'resume', by: options.by ?? 'resume' })
      joinSlots(loop, state.config, parts)
      loop.resumeEffects()
      handle.begin()
      return handle
    } catch (error) {
      await parts.journal.release(run, managerEpoch)
      throw error
    }
  }

  #strategy(name: string): Strategy {
    const found = this.#parts.strategies.find((strategy) => strategy.name === name)
    if (found !== undefined) return found
    const names = this.#parts.strategies.map((strategy) => strategy.name).join(', ')
    throw new BosunError('CONFIG_INVALID', { at: 'strategy', expected: `one of ${names}`, received: `"${name}"` })
  }
}

function managerNamed(managers: readonly AnyManager[], name: string): Manager {
  const found = managers.find((manager) => manager.name === name)
  if (found !== undefined) return found as Manager
  const names = managers.map((manager) => manager.name).join(', ')
  throw new BosunError('CONFIG_INVALID', { at: 'manager', expected: `one of ${names}`, received: `"${name}"` })
}

/** Gives each worker its slots: as many as it may run at the same time, within what the run may. */
function joinSlots(loop: RunLoop, config: RunConfig, parts: BosunParts): void {
  const known = loop.kernel.state.slots
  for (const { name, slotsMax } of parts.workers.entries) {
    const count = Math.min(slotsMax ?? config.limits.slotsMax, config.limits.slotsMax)
    for (let ordinal = 1; ordinal <= count; ordinal += 1) {
      const slot = `${name}/${ordinal}`
      if (known.get(slot)?.left !== false) loop.take({ type: 'joined', slot, worker: name })
    }
  }
}
