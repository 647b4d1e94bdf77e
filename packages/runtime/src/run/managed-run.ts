import {
  BosunError,
  type AttemptKey,
  type Command,
  type DurableFact,
  type ErrorRecord,
  type Json,
  type Manager,
  type Place,
  type Planner,
  type RunConfig,
  type Strategy,
} from '@bosun/core'
import { createKernel, type Kernel } from '@bosun/kernel'
import { openSession, type ManagerSession } from '@bosun/managers'
import type { Entrant, Turn, Waiting } from '../queue/run-queue.ts'
import { arrivalOfCommand, type Arrival } from './arrival.ts'
import { FactFeed } from './fact-feed.ts'
import { recoverRun, type RecoveredRun } from './recover-run.ts'
import { RunLoop, type First, type RunOutcome, type Sequel } from './run-loop.ts'
import type { RunPorts } from './run-ports.ts'
import { changedSlots, slotsOf } from './slots.ts'

/** Folds in a row that led to nothing durable; one more failure of the journal, and the run is given up. */
const FOLDS_MAX = 3
/** Wait before the first of these folds; each further one waits four times as long. */
const FOLD_AFTER_MS = 50

/** What a run needs beyond its ports. */
export interface ManagedRunParts {
  readonly run: string
  readonly ports: RunPorts
  readonly strategyOf: (name: string) => Strategy
  readonly managerOf: (name: string) => Manager
  readonly planner: Planner | undefined
}

/** What a new run begins with. */
export interface NewRun {
  readonly goal: Json
  readonly manager: string
  readonly config: RunConfig
  readonly origins: Readonly<Record<string, string>>
  readonly place?: Place
}

/** Told when the run has to wait for its turn. @defaultValue nobody is */
export type OnWait = ((waiting: Waiting) => void) | undefined

/** How a run with a past is taken up. */
export interface GoOn {
  /** Who lets a paused run go on. Absent: it stays paused. */
  readonly by?: string
  /** Why, for the record. */
  readonly reason?: string
  /** Whether a manager that decides otherwise than it had may go on from what is recorded. @defaultValue false */
  readonly acceptsDivergence?: boolean
  /** Whether the run is taken from a process that lives. @defaultValue false */
  readonly takesOver?: boolean
}

/** Something that this process asks of the run, kept until it is durable: a new life is asked again. */
interface Request {
  readonly arrival: Arrival
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * One run that this process manages, over the lives of its loop.
 *
 * When the journal fails, it is unknown what of the last appends is stored. So the state in memory
 * and the manager's program are thrown away, the run is acquired again and folded from what the
 * journal holds, and goes on as after a crash. Only when that does not help, or when somebody else
 * has taken the run over, is it given up; then it can be resumed by hand.
 */
export class ManagedRun {
  readonly run: string
  readonly feed: FactFeed
  /** Settles when the run has ended or rests; rejects when it was given up. */
  readonly outcome: Promise<RunOutcome>

  readonly #parts: ManagedRunParts
  /** Set for a run that began here: should its very first append be lost, it begins anew. */
  readonly #newRun: NewRun | undefined
  readonly #settle = Promise.withResolvers<RunOutcome>()
  readonly #requests = new Set<Request>()
  /** What the manager's program did while there was no loop to record it. */
  readonly #violations: ErrorRecord[] = []
  #managerEpoch = 0
  /** The current life, or the last one. */
  #loop!: RunLoop
  /** `open` while the current life takes what is asked. */
  #phase: 'folding' | 'open' | 'over' = 'folding'
  /** Listeners of the current life. */
  #ends: (() => void)[] = []
  /** Commands that the current life carries out. */
  #underWay = new Set<number>()
  #foldsInARow = 0
  /** The last fact of what was folded: readers of this process were not promised the past. */
  #foldedSeq = 0
  /** Attempts of failed lives. They are stopped when their loss is durable, or when the run is given up. */
  #abandoned: AttemptKey[] = []
  #isHalted = false
  /** Who has cancelled the run while it waited for its turn. */
  #withdrawn: Turn['withdrawn']
  /** Set while a fold is waited for. */
  #endWait: (() => void) | undefined

  private constructor(parts: ManagedRunParts, newRun: NewRun | undefined) {
    this.#parts = parts
    this.#newRun = newRun
    this.run = parts.run
    this.feed = new FactFeed(parts.run, parts.ports.telemetry)
    this.outcome = this.#settle.promise
    // Whoever is interested waits for the outcome; nobody has to.
    this.outcome.catch(() => {})
  }

  /**
   * Acquires a new run when it is its turn, and begins it.
   *
   * @throws GOAL_INVALID, RUN_BUSY; JOURNAL_CONFLICT when the journal knows the id already
   */
  static async begin(parts: ManagedRunParts, newRun: NewRun, onWait?: OnWait): Promise<ManagedRun> {
    const managed = new ManagedRun(parts, newRun)
    // Before the run is acquired, so that a refused goal or strategy leaves nothing behind.
    const { kernel, session } = managed.#fresh(newRun)
    const entrant = { run: parts.run, manager: newRun.manager, takesOver: false, onWait }
    return managed.#acquired(entrant, async () => {
      await assertUnknown(parts)
      managed.#startAnew(newRun, kernel, session)
    })
  }

  /**
   * Acquires a run with a past when it is its turn, kills what its hosts left behind, and goes on.
   *
   * @throws RUN_UNKNOWN, RUN_ENDED, RUN_BUSY, and what reading its journal throws
   */
  static async resume(parts: ManagedRunParts, how: GoOn, onWait?: OnWait): Promise<ManagedRun> {
    const managed = new ManagedRun(parts, undefined)
    await assertKnown(parts)
    // Acquired before the fold, so that nobody writes behind it.
    const entrant = { run: parts.run, manager: '', takesOver: how.takesOver === true, onWait }
    return managed.#acquired(entrant, async () => {
      const recovered = await managed.#fold(Infinity)
      const { end, hosts } = recovered
      if (end !== undefined) throw new BosunError('RUN_ENDED', { at: parts.run, received: end.type })
      managed.feed.beginAfter(recovered.kernel.state.seq)
      await parts.ports.workers.killHosts(hosts)
      managed.#goOn(recovered, how, await managed.#commands())
    })
  }

  /** What the journal holds of the run after one of its facts. */
  read(from: number): AsyncIterable<readonly DurableFact[]> {
    return this.#parts.ports.journal.read(this.run, from)
  }

  get kernel(): Kernel {
    return this.#loop.kernel
  }

  /**
   * Hands in what a person or a program asks. Resolves when it is durable, or when the run has ended.
   *
   * @throws what the kernel refuses it with; RUN_ENDED when the run rests here and is not carried on
   */
  ask(arrival: Arrival): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const request = { arrival, resolve, reject }
    this.#requests.add(request)
    if (this.#phase === 'open') this.#hand(request)
    else if (this.#phase === 'over') this.outcome.then((outcome) => this.#answerAll(outcome), reject)
    return promise
  }

  /** Takes the leases of all attempts: their slots leave. Resolves when that is durable, or the run is over. */
  async leaveSlots(reason: string): Promise<void> {
    if (this.#phase === 'over') return
    const slots = Array.from(this.kernel.state.slots.values()).filter(({ left }) => !left)
    // A run that comes to rest by the first of them answers the others with a refusal.
    await Promise.allSettled(slots.map(({ slot }) => this.ask({ type: 'left', slot, reason })))
  }

  /** Gives the run up as it is, so that it can be taken up again. Its outcome is then without an end. */
  async halt(): Promise<void> {
    this.#isHalted = true
    this.#endWait?.()
    await this.#loop.halt()
    await this.outcome.catch(() => {})
  }

  // ---------------------------------------------------------------------------------------------

  async #acquired(entrant: Entrant, start: () => Promise<void>): Promise<this> {
    const { journal, owner, turns } = this.#parts.ports
    const { withdrawn, leave } = await turns.enter(entrant)
    this.#withdrawn = withdrawn
    this.outcome.then(leave, leave)
    try {
      this.#managerEpoch = await journal.acquire(this.run, owner, { takeOver: entrant.takesOver })
    } catch (error) {
      leave()
      throw error
    }
    try {
      await start()
      return this
    } catch (error) {
      this.#disconnect()
      await this.#release()
      leave()
      throw error
    }
  }

  #fresh({ goal, manager, config }: NewRun): { kernel: Kernel; session: ManagerSession } {
    const kernel = createKernel(this.#parts.strategyOf(config.strategy))
    const session = openSession(this.#parts.managerOf(manager), {
      goal,
      view: kernel.view,
      onViolation: (error) => this.#noteViolation(error),
    })
    return { kernel, session }
  }

  #startAnew(newRun: NewRun, kernel: Kernel, session: ManagerSession): void {
    const { entries } = this.#parts.ports.workers
    const loop = this.#live(kernel, session)
    loop.take({ type: 'start', run: this.run, ...newRun, workers: entries })
    const withdrawn = this.#withdrawn
    if (withdrawn !== undefined) loop.take({ type: 'cancel', scope: { kind: 'run' }, ...withdrawn })
    else for (const arrival of slotsOf(newRun.config, entries)) loop.take(arrival)
    this.#connect(loop, newRun.config)
    // The manager of a run that was cancelled before its turn hears nothing of it.
    loop.start(withdrawn !== undefined)
    this.#open()
  }

  /** Begins a life on what was folded, with the commands that waited for it. */
  #goOn(recovered: RecoveredRun, { by, reason, acceptsDivergence = false }: GoOn, commands: readonly Command[]): void {
    const { kernel, session, unseen, diverged } = recovered
    const { ports } = this.#parts
    const loop = this.#live(kernel, session)
    const arrivals: Arrival[] = [
      // Before anything else, since it pauses the run: nothing is started for a manager that is not the one it was.
      ...(diverged === undefined ? [] : [{ type: 'diverged' as const, ...diverged }]),
      { type: 'recovered', managerEpoch: this.#managerEpoch, owner: `pid ${ports.owner.pid}` },
      ...changedSlots(kernel.state, ports.workers.entries),
    ]
    const first: First[] = arrivals.map((arrival) => ({ arrival }))
    this.#connect(loop, kernel.state.config)
    // What was asked of nobody so far comes before time goes on and before the run is let go on: a limit
    // that was raised counts, and a pause is older than the wish to resume.
    for (const command of commands) this.#carryOut(command, (arrival, sequel) => first.push({ arrival, ...sequel }))
    const isMute = diverged !== undefined && !acceptsDivergence
    const isPaused = kernel.state.paused || diverged !== undefined || commands.some(({ kind }) => kind === 'pause')
    if (by !== undefined && !isMute && isPaused) {
      first.push({ arrival: { type: 'resume', by, ...(reason === undefined ? {} : { reason }) } })
    }
    for (const error of this.#violations.splice(0)) {
      first.push({ arrival: { type: 'violation', by: 'manager', error } })
    }
    // One pass of the event loop later: reports that a queue has kept are heard before their attempts count as lost.
    setImmediate(() => {
      loop.startAgain(unseen, first, isMute)
      this.#open()
    })
  }

  #live(kernel: Kernel, session: ManagerSession): RunLoop {
    const { run, ports, planner } = this.#parts
    const loop = new RunLoop({
      run,
      ports,
      planner,
      kernel,
      session,
      managerEpoch: this.#managerEpoch,
      feed: this.feed,
    })
    this.#loop = loop
    loop.outcome.then(
      (outcome) => this.#end(outcome),
      (error: unknown) => this.#failed(error),
    )
    return loop
  }

  #open(): void {
    this.#phase = 'open'
    for (const request of this.#requests) this.#hand(request)
  }

  /** Connects the current life to the workers' side and to people. */
  #connect(loop: RunLoop, config: RunConfig): void {
    const { run } = this
    const { journal, results, beats, workers } = this.#parts.ports
    this.#underWay = new Set()
    this.#ends.push(workers.narrowIn(run, config.policy))
    this.#ends.push(results.consume(run, (reports) => loop.takeReports(reports)))
    this.#ends.push(
      beats.watch(run, ({ run: _run, ...beat }) =>
        loop.take(beat.type === 'progress' ? { ...beat, type: 'progressed' } : beat),
      ),
    )
    this.#ends.push(workers.onHostStarted((host) => loop.take({ type: 'hostStarted', ...host })))
    this.#ends.push(journal.watchCommands(run, () => void this.#takeCommands(loop)))
    workers.start()
    // A hint may have come while nobody watched.
    void this.#takeCommands(loop)
  }

  #disconnect(): void {
    for (const end of this.#ends.splice(0)) end()
  }

  #hand(request: Request): void {
    const answered = () => this.#requests.delete(request)
    this.#loop.take(request.arrival, {
      done: () => {
        answered()
        request.resolve()
      },
      refused: (error) => {
        answered()
        request.reject(error)
      },
    })
  }

  /** Carries out what other processes asked for, and settles each after its fact is durable. */
  async #takeCommands(loop: RunLoop): Promise<void> {
    for (const command of await this.#commands()) {
      if (loop !== this.#loop || this.#underWay.has(command.id)) continue
      this.#carryOut(command, (arrival, sequel) => loop.take(arrival, sequel))
    }
  }

  #carryOut(command: Command, take: (arrival: Arrival, sequel: Sequel) => void): void {
    this.#underWay.add(command.id)
    const arrival = arrivalOfCommand(command)
    const settle = () => this.#settleCommand(command)
    if (arrival === undefined) settle()
    else take(arrival, { done: settle, refused: settle })
  }

  async #commands(): Promise<readonly Command[]> {
    try {
      return await this.#parts.ports.journal.commands(this.run)
    } catch {
      // They stay where they are, and whoever looks next finds them.
      return []
    }
  }

  #settleCommand({ id }: Command): void {
    this.#parts.ports.journal.settle(this.run, id, this.kernel.state.seq).catch(() => {})
  }

  #noteViolation(error: ErrorRecord): void {
    if (this.#phase === 'open') this.#loop.take({ type: 'violation', by: 'manager', error })
    else this.#violations.push(error)
  }

  async #fold(seenSeq: number): Promise<RecoveredRun> {
    const { ports, strategyOf, managerOf } = this.#parts
    const recovered = await recoverRun(ports.journal, this.run, {
      strategyOf,
      managerOf,
      onViolation: (error) => this.#noteViolation(error),
      seenSeq,
    })
    this.#foldedSeq = recovered.kernel.state.seq
    return recovered
  }

  /** A life is over that could not go on. */
  async #failed(cause: unknown): Promise<void> {
    this.#phase = 'folding'
    this.#disconnect()
    if (this.#loop.commitsCount > 0) this.#abandoned = []
    if (this.#loop.commitsCount > 1) this.#foldsInARow = 0
    this.#abandoned.push(...this.#loop.liveAttempts)
    let failure = BosunError.from(cause, 'INTERNAL', { at: this.run })
    while (mayFold(failure) && !this.#isHalted && this.#foldsInARow < FOLDS_MAX) {
      this.#foldsInARow += 1
      try {
        // oxlint-disable-next-line no-await-in-loop
        if (await this.#foldAgain()) return
      } catch (error) {
        failure = BosunError.from(error, 'JOURNAL_WRITE_FAILED', { at: this.run })
      }
    }
    this.#loop.stopAttempts(this.#abandoned)
    await this.#release()
    if (this.#isHalted) await this.#end({ run: this.run, end: undefined })
    else this.#giveUp(failure)
  }

  /** Whether the run goes on, or has ended after all. */
  async #foldAgain(): Promise<boolean> {
    const { journal, owner } = this.#parts.ports
    await this.#wait(FOLD_AFTER_MS * 4 ** (this.#foldsInARow - 1))
    await this.#release()
    if (this.#isHalted) return false
    this.#managerEpoch = await journal.acquire(this.run, owner)
    this.#violations.length = 0
    const recovered = await this.#fold(Math.max(this.#foldedSeq, this.feed.lastSeq)).catch((error: unknown) => {
      if (this.#newRun !== undefined && BosunError.is(error, 'RUN_UNKNOWN')) return undefined
      throw error
    })
    const commands = await this.#commands()
    if (this.#isHalted) return false
    if (recovered === undefined) {
      const newRun = this.#newRun as NewRun
      const { kernel, session } = this.#fresh(newRun)
      this.#startAnew(newRun, kernel, session)
    } else if (recovered.end === undefined) this.#goOn(recovered, {}, commands)
    else {
      this.#loop.stopAttempts(this.#abandoned)
      this.feed.publish(recovered.unseen)
      await this.#release()
      await this.#end({ run: this.run, end: recovered.end })
    }
    return true
  }

  async #wait(ms: number): Promise<void> {
    const { clock } = this.#parts.ports
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.wakeAt(clock.now() + ms, resolve)
    this.#endWait = resolve
    await promise
    cancel()
    this.#endWait = undefined
  }

  async #release(): Promise<void> {
    try {
      await this.#parts.ports.journal.release(this.run, this.#managerEpoch)
    } catch {
      // Then it is not ours any more, or the journal is out of reach; both show when it is acquired next.
    }
  }

  async #end(outcome: RunOutcome): Promise<void> {
    this.#phase = 'over'
    this.#disconnect()
    // Nobody will ever carry out what was asked of a run that has ended; whoever asked need not wait.
    if (outcome.end !== undefined) for (const command of await this.#commands()) this.#settleCommand(command)
    this.feed.end()
    this.#answerAll(outcome)
    this.#settle.resolve(outcome)
  }

  #giveUp(failure: BosunError): void {
    this.#phase = 'over'
    this.feed.end()
    for (const { reject } of this.#requests) reject(failure)
    this.#requests.clear()
    this.#settle.reject(failure)
  }

  #answerAll({ end }: RunOutcome): void {
    for (const { resolve, reject } of this.#requests) {
      if (end !== undefined) resolve()
      else {
        const fix = 'Resume it, or leave the request for whoever resumes it.'
        reject(new BosunError('RUN_ENDED', { at: this.run, summary: 'The run rests and was given back.', fix }))
      }
    }
    this.#requests.clear()
  }
}

/** Whether what failed is the journal, and not this run or its place in it. */
function mayFold(failure: BosunError): boolean {
  return failure.code === 'JOURNAL_WRITE_FAILED' || failure.code === 'JOURNAL_CONFLICT'
}

/** Acquiring would make a run of an id that was mistyped. */
async function assertKnown({ run, ports }: ManagedRunParts): Promise<void> {
  for await (const facts of ports.journal.read(run)) if (facts.length > 0) return
  throw new BosunError('RUN_UNKNOWN', { at: run })
}

/** A new run must not continue the log of another one. */
async function assertUnknown({ run, ports }: ManagedRunParts): Promise<void> {
  for await (const facts of ports.journal.read(run)) {
    if (facts.length === 0) continue
    throw new BosunError('JOURNAL_CONFLICT', {
      at: run,
      summary: 'There is a run with this id already.',
      fix: 'Leave the id out, choose another one, or resume the run.',
    })
  }
}
