/**
 * The shell around the kernel: the only place where inputs, time, the journal and effects meet.
 *
 * Rules. Inputs are decided one at a time, in the order in which they came. What one turn decided is
 * appended at once; while the append is in flight the next turn may decide further, but effects,
 * acknowledgements and publications wait until their own facts are durable. Time is fed only after
 * everything that has arrived.
 *
 * A loop is one life of a run's manager. It ends when the run has ended or rests, or when it fails;
 * then its state is worth nothing any more, and the journal alone tells how things stand.
 */
import {
  BosunError,
  errorRecord,
  isDurable,
  isRunEnd,
  type AttemptKey,
  type Decision,
  type DurableFact,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Json,
  type Planner,
  type Report,
  type Task,
} from '@bosun/core'
import { deadline, nextMessage, Turn, type InputOf, type Kernel } from '@bosun/kernel'
import type { ManagerSession } from '@bosun/managers'
import { arrivalOfReport, type Arrival } from './arrival.ts'
import { EffectRunner } from './effect-runner.ts'
import type { FactFeed } from './fact-feed.ts'
import { completeTasks } from '../tools/complete-tasks.ts'
import type { RunPorts } from './run-ports.ts'
import { StallWatch } from './stall-watch.ts'

/** How a run came to rest. */
export interface RunOutcome {
  readonly run: string
  /** The fact that ended it; absent while it is paused. */
  readonly end: FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'> | undefined
}

/** What one life of a run is made of. */
export interface RunLoopParts {
  readonly run: string
  readonly ports: RunPorts
  readonly planner: Planner | undefined
  readonly kernel: Kernel
  readonly session: ManagerSession
  readonly managerEpoch: number
  readonly feed: FactFeed
}

/** What follows an input. */
export interface Sequel {
  /** Called when the facts that follow from the input are durable. */
  readonly done?: () => void
  /** Called when the kernel refused it; nothing follows from it then. */
  readonly refused?: (error: BosunError) => void
}

/** What a life on a past begins with. */
export interface First extends Sequel {
  readonly arrival: Arrival
}

/** Facts that may wait for their append before the loop stops deciding. */
const IN_FLIGHT_FACTS_MAX = 20_000
/** Facts of one turn, unless a single input brings more. */
const TURN_FACTS_MAX = 2_000
/** How soon time is fed again that brought nothing, although it was due. */
const IDLE_TICK_MS = 10
/** How long the workers' side may take to look at delegated tasks. */
const PREPARE_MS_MAX = 60_000

/** One shape for all, because there are many. */
interface Waiting {
  readonly arrival: Arrival
  readonly report: Report | undefined
  readonly sequel: Sequel | undefined
}

/** What was decided together, with what has to follow its append. */
interface Batch {
  readonly facts: Fact[]
  readonly partials: Json[]
  readonly reports: Report[]
  readonly done: (() => void)[]
}

export class RunLoop {
  readonly run: string
  /** Settles when the run has ended or rests; rejects when this life cannot go on. */
  readonly outcome: Promise<RunOutcome>

  readonly #parts: RunLoopParts
  readonly #ports: RunPorts
  readonly #kernel: Kernel
  readonly #effects: EffectRunner
  readonly #stall: StallWatch
  readonly #settle: PromiseWithResolvers<RunOutcome>
  /** Those before `#head` are decided. */
  #arrivals: Waiting[] = []
  #head = 0
  #batch: Batch = emptyBatch()
  /** `idle` until `start`; `over` once nothing more is decided. */
  #phase: 'idle' | 'open' | 'over' = 'idle'
  #isMute = false
  #scheduled = false
  /** True while a turn decides, also while it waits for the workers' side to look at a graph. */
  #deciding = false
  /** True once a turn stopped because too much is in flight. */
  #stopped = false
  /** Facts that are decided and not committed, and appends that have not answered. */
  #inFlight = 0
  #commitsCount = 0
  #appends = 0
  /** Resolves when everything appended so far is committed. */
  #tail: Promise<void> = Promise.resolve()
  #onAnswered: (() => void) | undefined
  #wake: (() => void) | undefined
  #wakeAt = Infinity
  /** When time was fed last. */
  #fedAt = 0
  #end: RunOutcome['end']

  constructor(parts: RunLoopParts) {
    const { run, ports, kernel } = parts
    this.run = run
    this.#parts = parts
    this.#ports = ports
    this.#kernel = kernel
    this.#settle = Promise.withResolvers<RunOutcome>()
    this.outcome = this.#settle.promise
    this.#effects = new EffectRunner(run, ports, parts.planner, kernel, (arrival) => this.take(arrival))
    this.#stall = new StallWatch(
      ports.clock,
      () => kernel.state.config.lease.leaseMs,
      () => this.#schedule(),
    )
  }

  get kernel(): Kernel {
    return this.#kernel
  }

  /** Turns of this life whose facts are durable. */
  get commitsCount(): number {
    return this.#commitsCount
  }

  /** Attempts that this life holds to be live. */
  get liveAttempts(): readonly AttemptKey[] {
    return this.#effects.live()
  }

  /** Stops attempts whatever the log says of them: for a failure that nothing follows. */
  stopAttempts(keys: readonly AttemptKey[]): void {
    this.#effects.stop(keys)
  }

  /** Hands in an input. One that comes when the loop is over is lost, and its sequel never called. */
  take(arrival: Arrival, sequel?: Sequel): void {
    if (this.#phase === 'over') return
    this.#arrivals.push({ arrival: this.#clean(arrival), report: undefined, sequel })
    this.#schedule()
  }

  takeReports(reports: readonly Report[]): void {
    if (this.#phase === 'over') return
    for (const report of reports) {
      const arrival = this.#clean(arrivalOfReport(this.run, report))
      this.#arrivals.push({ arrival, report, sequel: undefined })
    }
    this.#schedule()
  }

  /**
   * Begins to decide. What was handed in before waits until now.
   *
   * @param isMute whether the manager hears nothing in this life. Default false.
   */
  start(isMute = false): void {
    if (this.#phase !== 'idle') return
    this.#isMute = isMute
    this.#phase = 'open'
    this.#stall.start()
    this.#schedule()
  }

  /**
   * The same for a run with a past.
   *
   * @param unseen facts of the past that nobody was told of, because their append seemed to fail
   * @param isMute whether the manager hears nothing in this life, because it is not the one it was
   */
  startAgain(unseen: readonly Fact[], first: readonly First[], isMute: boolean): void {
    this.#parts.feed.publish(unseen)
    this.#effects.stopEnded(unseen)
    this.#effects.noteOutstanding()
    for (const [index, { arrival, ...sequel }] of first.entries()) {
      if (index < first.length - 1) this.take(arrival, sequel)
      else this.take(arrival, this.#andResume(sequel))
    }
    this.start(isMute)
  }

  /** Stops deciding and gives the run up as it is; it can be taken up again. */
  async halt(): Promise<void> {
    this.#over()
    await this.#answered()
    // What the last appends made durable is told before the run is given up: it may be its end.
    await this.#tail.catch(() => {})
    await this.#leave({ run: this.run, end: this.#end })
  }

  // ---------------------------------------------------------------------------------------------

  /** What a former life left undone is done again, whether the last of the first inputs was accepted or not. */
  #andResume({ done, refused }: Sequel): Sequel {
    return {
      done: () => {
        done?.()
        this.#effects.resume()
      },
      refused: (error) => {
        refused?.(error)
        this.#effects.resume()
      },
    }
  }

  /** One turn per pass of the event loop, so that beats and signals of others are read in between. */
  #schedule(): void {
    if (this.#scheduled || this.#phase !== 'open') return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#turn()
    })
  }

  async #turn(): Promise<void> {
    if (this.#deciding || this.#phase !== 'open') return
    if (this.#inFlight > IN_FLIGHT_FACTS_MAX) {
      this.#stopped = true
      return
    }
    this.#deciding = true
    try {
      const held = this.#decideAll()
      if (held !== undefined) await held
      // While the turn waited, the loop may have failed or been halted.
      if (this.#isOver()) return
      this.#append()
      this.#plan()
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#deciding = false
    }
    if (this.#arrivals.length > 0) this.#schedule()
    else this.#closeAtRest()
  }

  /** Decides what has arrived, then what time brings. Returns a promise only when it has to wait in between. */
  #decideAll(): Promise<void> | undefined {
    const turn = this.#turnAt(this.#ports.clock.now())
    this.#noteStall(turn)
    while (this.#head < this.#arrivals.length && this.#batch.facts.length < TURN_FACTS_MAX) {
      const waiting = this.#arrivals[this.#head] as Waiting
      this.#head += 1
      this.#decideOne(waiting, turn)
      if (this.#hasMail()) {
        const held = this.#deliverAll(turn)
        if (held !== undefined) return held.then(() => (this.#isOver() ? undefined : this.#decideAll()))
      }
    }
    if (this.#head === this.#arrivals.length) this.#arrivals = []
    else this.#arrivals.splice(0, this.#head)
    this.#head = 0
    return this.#arrivals.length > 0 ? undefined : this.#feedTime(turn)
  }

  /** Decides into the batch at hand, which may be another one after every wait. */
  #turnAt(at: number): Turn {
    return new Turn(this.#kernel, at, this.#batch.facts)
  }

  /** Everything that has arrived is decided; now time may pass. */
  #feedTime(turn: Turn): Promise<void> | undefined {
    this.#fedAt = turn.at
    const due = deadline(this.#kernel)
    if (due !== undefined && due <= turn.at) turn.decide({ type: 'tick' })
    return this.#deliverAll(turn)
  }

  /** If nobody listened for a while, the workers were not silent: their pulses move by the gap. */
  #noteStall(turn: Turn): void {
    const gapMs = this.#stall.look(turn.at)
    if (gapMs > 0 && this.#kernel.state.run !== '') turn.decide({ type: 'stalled', gapMs })
  }

  #decideOne({ arrival, report, sequel }: Waiting, turn: Turn): void {
    const { facts } = this.#batch
    const before = facts.length
    try {
      // Nothing can go on without a manager that hears of it.
      if (this.#isMute && arrival.type === 'resume') throw new BosunError('MANAGER_DIVERGED', { at: this.run })
      turn.decide(arrival)
      if (sequel?.done !== undefined) this.#batch.done.push(sequel.done)
    } catch (error) {
      if (!isRefusal(error) || facts.length > before) throw error
      const by = 'by' in arrival ? arrival.by : arrival.type
      turn.decide({ type: 'violation', by, error: errorRecord(error) })
      const refused = sequel?.refused
      if (refused !== undefined) this.#batch.done.push(() => refused(error))
    }
    if (report !== undefined) this.#batch.reports.push(report)
  }

  /** Whatever is decided on is recorded and shown, so that here is the one place where secrets leave it. */
  #clean<T>(value: T): T {
    const { redactor } = this.#ports
    return redactor === undefined ? value : redactor.json(value)
  }

  #hasMail(): boolean {
    const { state } = this.#kernel
    return state.inboxHead < state.inbox.length
  }

  /** Delivers every message that waits. Returns a promise only when a graph has to be prepared elsewhere. */
  #deliverAll(turn: Turn): Promise<void> | undefined {
    if (this.#isMute) return undefined
    const { state } = this.#kernel
    for (let next = nextMessage(state, turn.at); next !== undefined; next = nextMessage(state, turn.at)) {
      const since = this.#ports.clock.now()
      const { decisions, failure } = this.#clean(this.#parts.session.deliver(next.message))
      const decided = { type: 'decided', decisions, ms: this.#ports.clock.now() - since } as const
      const input = failure === undefined ? decided : { ...decided, failure }
      if (decisions.some((decision) => decision.type === 'delegate' && decision.tasks.length > 0)) {
        return this.#prepareAndDecide(input, turn.at)
      }
      this.#notePartials(decisions)
      turn.decide(input)
    }
    return undefined
  }

  #notePartials(decisions: readonly Decision[]): void {
    for (const decision of decisions) if (decision.type === 'partial') this.#batch.partials.push(decision.value)
  }

  /** Lets the workers' side look at delegated tasks first. Until it answers, nothing else is decided. */
  async #prepareAndDecide(input: Omit<InputOf<'decided'>, 'at'>, at: number): Promise<void> {
    // An answer that takes longer does not hold up what was decided before.
    const waiting = setImmediate(() => this.#appendOrFail())
    const prepared = await Promise.all(
      input.decisions.map((decision) => (decision.type === 'delegate' ? this.#prepare(decision.tasks) : undefined)),
    )
    clearImmediate(waiting)
    if (this.#isOver()) return
    this.#notePartials(input.decisions)
    const turn = this.#turnAt(at)
    turn.decide({ ...input, prepared })
    await this.#deliverAll(turn)
  }

  async #prepare(tasks: readonly Task[]): Promise<readonly Task[] | ErrorRecord> {
    try {
      const { door, entries } = this.#ports.workers
      const whole = completeTasks(tasks, await this.#inTime(door.prepare(tasks)), entries)
      return this.#clean('error' in whole ? whole.error : whole.tasks)
    } catch (error) {
      return errorRecord(BosunError.from(error, 'PLUGIN_INVALID', { at: 'the look at delegated tasks' }))
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock } = this.#ports
    const { promise, reject } = Promise.withResolvers<never>()
    const cancel = clock.wakeAt(clock.now() + PREPARE_MS_MAX, () =>
      reject(new BosunError('HOST_START_FAILED', { received: `no answer within ${PREPARE_MS_MAX} ms` })),
    )
    try {
      return await Promise.race([answer, promise])
    } finally {
      cancel()
    }
  }

  #appendOrFail(): void {
    if (this.#isOver()) return
    try {
      this.#append()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Sends what this turn decided to the journal, and lets its consequences wait for the commit. */
  #append(): void {
    const batch = this.#batch
    if (batch.facts.length === 0 && batch.done.length === 0 && batch.reports.length === 0) return
    this.#batch = emptyBatch()
    const durable = durableOf(batch.facts)
    const before = this.#tail
    this.#inFlight += batch.facts.length
    this.#tail = (durable.length === 0 ? before : this.#write(durable).then(() => before)).then(() =>
      this.#committed(batch),
    )
    this.#tail.catch((error: unknown) => this.#fail(error))
  }

  #write(facts: readonly DurableFact[]): Promise<void> {
    const first = facts[0] as DurableFact
    const answered = () => {
      this.#appends -= 1
      if (this.#appends === 0) this.#onAnswered?.()
    }
    const written = this.#ports.journal.append(this.run, this.#parts.managerEpoch, first.seq - 1, facts)
    this.#appends += 1
    written.then(answered, answered)
    return written.catch((error: unknown) => {
      throw BosunError.from(error, 'JOURNAL_WRITE_FAILED', { at: this.run })
    })
  }

  /** What one append made durable may now be seen and acted on. */
  #committed(batch: Batch): void {
    const { facts } = batch
    this.#inFlight -= facts.length
    this.#commitsCount += 1
    this.#parts.feed.publish(facts)
    for (const partial of batch.partials) this.#parts.feed.publishPartial(partial)
    for (const done of batch.done) done()
    if (batch.reports.length > 0) this.#ports.results.ack(batch.reports)
    // Most batches are looked at no further: a run ends once.
    if (this.#kernel.state.ended !== undefined) for (const fact of facts) if (isRunEnd(fact)) this.#end = fact
    if (this.#phase !== 'open') return
    this.#effects.run(facts)
    if (this.#end !== undefined) void this.#close()
    else if (this.#stopped) {
      this.#stopped = false
      this.#schedule()
    } else this.#closeAtRest()
  }

  /** Paused, and nothing left that could still report: then there is nothing to wait for. */
  #closeAtRest(): void {
    const { state } = this.#kernel
    if (!state.paused || state.live > 0 || this.#phase !== 'open') return
    if (this.#deciding || this.#arrivals.length > 0 || this.#inFlight > 0 || this.#effects.isBusy) return
    void this.#close()
  }

  /** Sets the one timer to when time alone has to be fed in. */
  #plan(): void {
    const { clock } = this.#ports
    const due = deadline(this.#kernel)
    if (due === undefined) return
    // What was due and moved nothing must not keep the loop turning.
    const at = due > this.#fedAt ? due : clock.now() + IDLE_TICK_MS
    // A timer that comes too early finds nothing to do and is set again; that is cheaper than moving it each turn.
    if (at >= this.#wakeAt) return
    this.#wake?.()
    this.#wakeAt = at
    this.#wake = clock.wakeAt(at, () => {
      this.#wake = undefined
      this.#wakeAt = Infinity
      this.#schedule()
    })
  }

  /** The run has ended or rests: what is still in flight is let through, then the journal is given back. */
  async #close(): Promise<void> {
    this.#over()
    await this.#effects.settled()
    // What is still under way changes nothing any more, even if it cannot be written.
    await this.#tail.catch(() => {})
    await this.#leave({ run: this.run, end: this.#end })
  }

  /** The journal is the truth; without it nothing may go on. What it holds can be folded again. */
  #fail(cause: unknown): void {
    if (this.#phase === 'over') return
    this.#over()
    this.#effects.abort()
    // Whoever reads or acquires the journal next must not meet an append of this life.
    void this.#answered().then(() => this.#settle.reject(BosunError.from(cause, 'INTERNAL', { at: this.run })))
  }

  #over(): void {
    this.#phase = 'over'
    this.#wake?.()
    this.#wake = undefined
    this.#stall.stop()
    this.#parts.session[Symbol.dispose]()
  }

  #isOver(): boolean {
    return this.#phase === 'over'
  }

  /** Resolves when no append is under way. */
  #answered(): Promise<void> {
    if (this.#appends === 0) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onAnswered = resolve
    return promise
  }

  async #leave(outcome: RunOutcome): Promise<void> {
    try {
      await this.#ports.journal.release(this.run, this.#parts.managerEpoch)
    } catch {
      // Everything is durable by now. A run that could not be given back is taken from a dead owner later.
    }
    this.#settle.resolve(outcome)
  }
}

function emptyBatch(): Batch {
  return { facts: [], partials: [], reports: [], done: [] }
}

function durableOf(facts: readonly Fact[]): readonly DurableFact[] {
  // They are numbered without a gap, so the first and the last tell whether any fact between them is not durable.
  const isWhole = (facts.at(-1)?.seq ?? 0) - (facts[0]?.seq ?? 0) === facts.length - 1 && facts[0]?.seq !== 0
  return isWhole ? (facts as readonly DurableFact[]) : facts.filter(isDurable)
}

/** Whether the kernel turned an input down, rather than failing at it. */
function isRefusal(error: unknown): error is BosunError {
  return BosunError.is(error) && error.code !== 'INTERNAL' && error.code !== 'FACT_ILLEGAL'
}
