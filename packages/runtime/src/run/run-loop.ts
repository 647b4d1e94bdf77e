/**
 * The shell around the kernel: the only place where inputs, time, the journal and effects meet.
 *
 * Rules. Inputs are decided one at a time, in the order in which they came. What one turn decided is
 * appended at once; while the append is in flight the next turn may decide further, but effects,
 * acknowledgements and publications wait until their own facts are durable. Time is fed only after
 * everything that has arrived.
 */
import {
  BosunError,
  isDurable,
  isRunEnd,
  type DurableFact,
  type ErrorRecord,
  type Fact,
  type FactOf,
  type Json,
  type Report,
  type Task,
} from '@bosun/core'
import { deadline, decide, nextMessage, type Input, type Kernel } from '@bosun/kernel'
import type { ManagerSession } from '@bosun/managers'
import { EffectRunner } from './effect-runner.ts'
import { FactFeed } from './fact-feed.ts'
import type { RunPorts, RunRoles } from './run-ports.ts'
import { StallWatch } from './stall-watch.ts'

/** An input before it is given its time. */
export type Arrival = Input extends infer I ? (I extends { readonly at: number } ? Omit<I, 'at'> : never) : never

/** How a run came to rest. */
export interface RunOutcome {
  readonly run: string
  /** The fact that ended it; absent while it is paused. */
  readonly end: FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'> | undefined
}

/** Facts that may wait for their append before the loop stops deciding. */
const IN_FLIGHT_MAX = 20_000
/** Facts of one append. */
const BATCH_MAX = 2_000

/** Facts that were decided together, with what has to follow their append. */
interface Batch {
  readonly facts: readonly Fact[]
  readonly partials: readonly Json[]
  readonly reports: readonly Report[]
  readonly done: readonly (() => void)[]
}

export class RunLoop {
  readonly run: string
  readonly feed: FactFeed
  /** Settles when the run has ended or rests paused; rejects when its journal fails. */
  readonly outcome: Promise<RunOutcome>

  readonly #ports: RunPorts
  readonly #kernel: Kernel
  readonly #session: ManagerSession
  readonly #managerEpoch: number
  readonly #effects: EffectRunner
  readonly #stall: StallWatch
  readonly #arrivals: { readonly arrival: Arrival; readonly done?: () => void; readonly report?: Report }[] = []
  readonly #settle: PromiseWithResolvers<RunOutcome>
  #facts: Fact[] = []
  #partials: Json[] = []
  #reports: Report[] = []
  #done: (() => void)[] = []
  #scheduled = false
  /** True while the workers' side prepares a delegated graph: nothing else is decided meanwhile. */
  #held = false
  #inFlight = 0
  /** Resolves when everything appended so far is committed. */
  #tail: Promise<void> = Promise.resolve()
  #wake: (() => void) | undefined
  #wakeAt = Infinity
  #end: RunOutcome['end']
  #closed = false

  constructor(
    run: string,
    ports: RunPorts,
    roles: RunRoles,
    kernel: Kernel,
    session: ManagerSession,
    managerEpoch: number,
  ) {
    this.run = run
    this.#ports = ports
    this.#kernel = kernel
    this.#session = session
    this.#managerEpoch = managerEpoch
    this.feed = new FactFeed(run, ports.telemetry)
    this.#settle = Promise.withResolvers<RunOutcome>()
    this.outcome = this.#settle.promise
    this.#effects = new EffectRunner(run, ports, roles, kernel, (arrival) => this.take(arrival))
    this.#stall = new StallWatch(
      ports.clock,
      () => kernel.state.config.lease.leaseMs,
      (gapMs) => this.take({ type: 'stalled', gapMs }),
    )
  }

  get kernel(): Kernel {
    return this.#kernel
  }

  /** Hands in an input. `done` is called when the facts that follow from it are durable. */
  take(arrival: Arrival, done?: () => void): void {
    if (this.#closed) return
    this.#arrivals.push(done === undefined ? { arrival } : { arrival, done })
    this.#schedule()
  }

  takeReports(reports: readonly Report[]): void {
    if (this.#closed) return
    for (const report of reports) this.#arrivals.push({ arrival: arrivalOf(report), report })
    this.#schedule()
  }

  /** Does again what a former life of the manager left open, after everything taken so far is durable. */
  resumeEffects(): void {
    this.take({ type: 'tick' }, () => this.#effects.resume())
  }

  /** Begins to watch for stalls; called once everything is connected. */
  start(): void {
    this.#stall.start()
    this.#schedule()
  }

  // ---------------------------------------------------------------------------------------------

  /** One turn per pass of the event loop, so that beats and signals of others are read in between. */
  #schedule(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#turn()
    })
  }

  async #turn(): Promise<void> {
    if (this.#held || this.#closed || this.#inFlight > IN_FLIGHT_MAX) return
    try {
      await this.#decideAll()
      this.#append()
      this.#plan()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Decides what has arrived, then what time brings; stops early when the batch is full. */
  async #decideAll(): Promise<void> {
    const at = this.#ports.clock.now()
    const arrivals = this.#arrivals
    let taken = 0
    while (taken < arrivals.length && this.#facts.length < BATCH_MAX) {
      const { arrival, done, report } = arrivals[taken] as (typeof arrivals)[number]
      taken += 1
      decide(this.#kernel, { ...arrival, at } as Input, this.#facts)
      if (report !== undefined) this.#reports.push(report)
      if (done !== undefined) this.#done.push(done)
      if (this.#kernel.state.inboxHead < this.#kernel.state.inbox.length) {
        const held = this.#deliverAll(at)
        if (held !== undefined) {
          arrivals.splice(0, taken)
          taken = 0
          // oxlint-disable-next-line no-await-in-loop
          await held
        }
      }
    }
    arrivals.splice(0, taken)
    if (arrivals.length > 0) {
      this.#schedule()
      return
    }
    const due = deadline(this.#kernel)
    if (due !== undefined && due <= at) decide(this.#kernel, { type: 'tick', at }, this.#facts)
    await this.#deliverAll(at)
  }

  /** Delivers every message that waits. Returns a promise only when a graph has to be prepared elsewhere. */
  #deliverAll(at: number): Promise<void> | undefined {
    for (
      let next = nextMessage(this.#kernel.state, at);
      next !== undefined;
      next = nextMessage(this.#kernel.state, at)
    ) {
      const { decisions, failure } = this.#session.deliver(next.message)
      for (const decision of decisions) if (decision.type === 'partial') this.#partials.push(decision.value)
      const input =
        failure === undefined
          ? { type: 'decided' as const, at, decisions }
          : { type: 'decided' as const, at, decisions, failure }
      if (decisions.some((decision) => decision.type === 'delegate' && decision.tasks.length > 0)) {
        return this.#prepareAndDecide(input, at)
      }
      decide(this.#kernel, input, this.#facts)
    }
    return undefined
  }

  /** Lets the workers' side look at delegated tasks first. Until it answers, nothing else is decided. */
  async #prepareAndDecide(input: Extract<Input, { type: 'decided' }>, at: number): Promise<void> {
    this.#held = true
    try {
      const prepared = await Promise.all(
        input.decisions.map((decision) => (decision.type === 'delegate' ? this.#prepare(decision.tasks) : undefined)),
      )
      decide(this.#kernel, { ...input, prepared }, this.#facts)
    } finally {
      this.#held = false
    }
    await this.#deliverAll(at)
  }

  async #prepare(tasks: readonly Task[]): Promise<readonly Task[] | ErrorRecord> {
    const answers = await this.#ports.workers.door.prepare(tasks)
    const refused = answers.find((answer) => answer.error !== undefined)
    if (refused?.error !== undefined) return refused.error
    return tasks.map((task, index) => {
      const outputs = answers[index]?.outputs
      return outputs === undefined || outputs.length === 0 ? task : { ...task, outputs: [...outputs] }
    })
  }

  /** Sends what this turn decided to the journal, and lets its consequences wait for the commit. */
  #append(): void {
    if (this.#facts.length === 0 && this.#done.length === 0 && this.#reports.length === 0) return
    const batch: Batch = { facts: this.#facts, partials: this.#partials, reports: this.#reports, done: this.#done }
    this.#facts = []
    this.#partials = []
    this.#reports = []
    this.#done = []
    const durable = batch.facts.filter(isDurable)
    const first = durable[0]
    this.#inFlight += batch.facts.length
    const written =
      first === undefined
        ? this.#tail
        : this.#ports.journal.append(this.run, this.#managerEpoch, first.seq - 1, durable as DurableFact[])
    const before = this.#tail
    this.#tail = written.then(() => before).then(() => this.#committed(batch))
    this.#tail.catch((error: unknown) => this.#fail(error))
  }

  #committed(batch: Batch): void {
    this.#inFlight -= batch.facts.length
    if (this.#closed) return
    this.feed.publish(batch.facts)
    for (const partial of batch.partials) this.feed.publishPartial(partial)
    for (const done of batch.done) done()
    if (batch.reports.length > 0) this.#ports.results.ack(batch.reports)
    this.#effects.run(batch.facts)
    for (const fact of batch.facts) if (isRunEnd(fact)) this.#end = fact
    if (this.#end !== undefined || this.#isAtRest()) void this.#close()
    else if (this.#arrivals.length > 0) this.#schedule()
  }

  /** Paused, and nothing left that could still report. */
  #isAtRest(): boolean {
    const { state } = this.#kernel
    return (
      state.paused && state.live === 0 && this.#arrivals.length === 0 && this.#inFlight === 0 && !this.#effects.isBusy
    )
  }

  /** Sets the one timer to when time alone has to be fed in. */
  #plan(): void {
    const due = deadline(this.#kernel)
    if (due === undefined || this.#closed) return
    // A timer that comes too early finds nothing to do and is set again; that is cheaper than moving it each turn.
    if (due >= this.#wakeAt) return
    this.#wake?.()
    this.#wakeAt = due
    this.#wake = this.#ports.clock.wakeAt(due, () => {
      this.#wake = undefined
      this.#wakeAt = Infinity
      this.#schedule()
    })
  }

  async #close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#wake?.()
    this.#stall.stop()
    this.#session[Symbol.dispose]()
    await this.#effects.settled()
    try {
      await this.#ports.journal.release(this.run, this.#managerEpoch)
      this.feed.end()
      this.#settle.resolve({ run: this.run, end: this.#end })
    } catch (error) {
      this.#settle.reject(error)
    }
  }

  /** The journal is the truth; without it nothing may go on. What it holds can be resumed. */
  #fail(cause: unknown): void {
    if (this.#closed) return
    this.#closed = true
    this.#wake?.()
    this.#stall.stop()
    this.#session[Symbol.dispose]()
    this.feed.end()
    this.#settle.reject(BosunError.from(cause, 'INTERNAL', { at: this.run }))
  }
}

/** A report of the workers' side as an input of the kernel. */
function arrivalOf(report: Report): Arrival {
  const { run: _run, ...rest } = report
  if (rest.type === 'violation') return { type: 'violation', by: `${rest.task}@${rest.epoch}`, error: rest.error }
  return rest
}
