import { BosunError, type AnyWorker, type ErrorRecord, type Json, type ToolUses } from '@bosun/core'
import { siteOf } from '../choices/site.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { LaneAttempt, ToolOutcome } from '../lanes/lane.ts'
import { HELD_TOOL, isRealWorker } from '../scenario/draw-scenario.ts'
import type { Behaviour, Deed } from '../subject/setting.ts'
import { AttemptCalls } from './attempt-calls.ts'
import type { AttemptPlace } from './attempt-place.ts'
import { sendReport, type AttemptReport, type Wire } from './network.ts'
import { share } from './share.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

/** What an attempt came to. */
type Ending = Pick<Deed, 'result' | 'usage' | 'throws'> & { readonly error?: ErrorRecord }

/** A call by the worker's own name for a tool, and that tool. */
interface ToolCall {
  readonly name: string
  readonly tool: string
  readonly input: Json
}

/** What can befall one attempt; the first that strikes is its fate. */
const FATES = [
  'crash-before-start',
  'crash-mid-work',
  'crash-before-send',
  'crash-after-send',
  'crash-and-restart',
  'crash-loop',
  'partial-then-crash',
  'hang-silent',
  'hang-beating',
  'slow',
  'pause-and-wake',
  'wrong-shape',
  'threw',
  'settled-twice',
  'ignores-abort',
  'streams-after-stop',
  'spawn-storm',
  'spawn-nonsense',
  'usage-missing',
  'usage-larger',
  'provider-busy',
  'provider-down',
  'deaf',
  'mute',
  'partition',
  'clog',
  'quota-spent',
] as const satisfies readonly FaultKind[]
type Fate = (typeof FATES)[number]

const CUT_OFF_MS = 25_000
const CRASH_LOOP_MS = 30_000
const RETRY_AFTER_MS = 10_000
const NOTHING: readonly Json[] = []
const NONSENSE = ['cycle', 'dangling', 'conflict']

/** One run of a task's code on a slot, true whatever the manager thinks of it. */
export class SimulatedAttempt {
  /** `task@epoch` */
  readonly key: string
  readonly #world: World
  readonly #slot: AttemptPlace
  readonly #work: Work
  readonly #site: number
  readonly #fate: Fate | undefined
  #reports = 0
  #isOver = false
  #isStopped = false
  #code: LaneAttempt | undefined
  readonly #calls: AttemptCalls
  #toolCalls = 0
  readonly #wire: Wire = { latestAt: 0 }
  #found: readonly Json[] = []
  /** What goes on once a person has answered. */
  #held: ((approval: string, granted: boolean) => void) | undefined
  /** While this lies ahead the process stands still. */
  #pausedUntil = 0

  constructor(world: World, slot: AttemptPlace, key: string, work: Work) {
    this.key = key
    this.#world = world
    this.#slot = slot
    this.#work = work
    this.#site = siteOf(work.task)
    this.#fate = FATES.find(
      (fate) => (fate !== 'quota-spent' || work.asksModel) && world.fault(fate, work.task, this.#site, work.epoch),
    )
    this.#calls = new AttemptCalls(world, work, {
      later: (delayMs, act) => this.#later(delayMs, act),
      send: (report) => this.#send(report),
      isStopped: () => this.#isStopped,
    })
  }

  begin(): void {
    const world = this.#world
    if (this.#fate === 'crash-loop') this.#slot.crashLoopUntil = world.now + CRASH_LOOP_MS
    if (this.#fate === 'crash-before-start' || this.#slot.crashLoopUntil > world.now) {
      this.#crash()
      return
    }
    const { task, epoch, inputs } = this.#work
    world.observe({ type: 'world.working', at: world.now, slot: this.#slot.slot, task, epoch, inputs })
    this.#cutOff()
    this.#send({ type: 'started', task, epoch, host: `host of ${this.#slot.slot}` })
    const worker = world.setting.workers[this.#work.spec.type]
    if (worker !== undefined && isRealWorker(worker)) this.#run(worker)
    else this.#follow(worker === undefined ? this.#plainDeed() : this.#behave(worker))
  }

  /** The manager's order to stop has arrived. */
  stop(): void {
    if (this.#isOver || this.#isStopped) return
    this.#isStopped = true
    if (this.#fate === 'streams-after-stop') this.#streamOn()
    if (this.#fate === 'ignores-abort' || this.#fate === 'streams-after-stop') {
      this.#overstep()
      return
    }
    if (this.#code === undefined) this.#end('stopped')
    else {
      // Code is told first, and killed when it does not listen.
      this.#code.abort()
      this.#later(this.#world.scenario.plainLease.killAfterMs, () => this.#end('stopped'))
    }
  }

  /** A person has answered what it waits for. */
  answer(approval: string, granted: boolean): void {
    const held = this.#held
    this.#held = undefined
    if (!this.#isOver) held?.(approval, granted)
  }

  /** Its process is gone. */
  die(): void {
    if (!this.#isOver) this.#end('died')
  }

  // ---------------------------------------------------------------------------------------------
  // What it does

  /** Does what a simulated worker says, at its times. */
  #follow(deed: Deed): void {
    const durationMs = this.#durationOf(deed)
    this.#scheduleReports(deed, durationMs)
    this.#calls.schedule(durationMs)
    this.#scheduleFate(durationMs)
    const asks = this.#asksPerson()
    this.#scheduleBeats(asks ? Infinity : durationMs)
    if (this.#hangs) return
    this.#later(durationMs, () => {
      if (asks) this.#callHeld(deed)
      else this.#finish(deed)
    })
  }

  /** Whether its last step needs a person: so of every attempt of its task, or of none. */
  #asksPerson(): boolean {
    const { scenario, choices } = this.#world
    return scenario.config.policy.ask.includes(HELD_TOOL) && choices.chance('work.asks', 0.5, this.#site)
  }

  /** The gateway holds its last call until somebody has answered; when it is denied, it makes do without. */
  #callHeld(deed: Deed): void {
    const { task, epoch } = this.#work
    const call = { key: `push ${task}`, tool: HELD_TOOL, rule: HELD_TOOL, input: '{}' }
    this.#held = (approval, granted) => {
      const said = granted
        ? ({ type: 'called', task, epoch, tool: HELD_TOOL, name: 'push', ms: 1, approval } as const)
        : ({ type: 'denied', task, epoch, tool: 'push', rule: `policy.ask: ${HELD_TOOL}`, detail: 'no' } as const)
      this.#send(said)
      this.#finish(deed)
    }
    this.#send({ type: 'approvalRequested', task, epoch, question: HELD_TOOL, call })
  }

  /** Runs real code: it takes the time that it waits for, and then as long as was drawn for its computing. */
  #run(worker: AnyWorker): void {
    const { lane, scenario } = this.#world
    if (lane === undefined) throw new BosunError('INTERNAL', { at: this.key, received: 'real code without a lane' })
    const { task, epoch, slot, spec, inputs } = this.#work
    const durationMs = this.#durationOf({})
    this.#scheduleFate(durationMs)
    // Nobody knows beforehand how long code will wait.
    this.#scheduleBeats(Infinity)
    const { timeoutMs } = scenario.config.limits
    const assignment = { run: 'r', task: spec, epoch, worker: worker.entry.name, slot, inputs, timeoutMs }
    let draws = 0
    this.#code = lane.start(worker, assignment, {
      now: () => this.#world.now,
      after: (ms, act) => this.#later(ms, act),
      random: () => this.#world.choices.pick('work.random', 1_000, this.#site, 0, draws++) / 1_000,
      progress: (note) => this.#send({ type: 'progressed', task, epoch, note }),
      emit: (value) => this.#send({ type: 'emitted', task, epoch, value }),
      discover: (item) => this.#send({ type: 'discovered', task, epoch, item }),
      callTool: (name, input, settle) => this.#callTool({ name, tool: toolOf(worker, name), input }, settle),
      finished: (outcome) => {
        if (this.#hangs) return
        this.#later(durationMs, () => this.#finish('error' in outcome ? { error: outcome.error } : outcome))
      },
    })
  }

  #callTool({ name, tool, input }: ToolCall, settle: (outcome: ToolOutcome) => void): void {
    const { setting, files, choices } = this.#world
    const nth = this.#toolCalls++
    const draw = () => choices.pick('work.random', 1_000, this.#site, 1, nth) / 1_000
    const own = setting.tools[tool]
    const outcome =
      own === undefined ? (files.call(this.key, tool, input) ?? { value: null }) : { value: own(input, draw) }
    const ms = choices.pick('net.delay', 4, this.#site, this.#work.epoch, 0x8000 + nth) * 50
    this.#later(ms, () => {
      const { task, epoch } = this.#work
      const failed = 'error' in outcome ? { error: outcome.error } : {}
      this.#send({ type: 'called', task, epoch, tool, name, ms, ...failed })
      settle(outcome)
    })
  }

  get #hangs(): boolean {
    return this.#fate === 'hang-silent' || this.#fate === 'hang-beating'
  }

  #plainDeed(): Deed {
    const { choices, scenario } = this.#world
    const { spec } = this.#work
    const discovers =
      spec.id.length < 12 && choices.chance('work.discovers', scenario.usesPlanner ? 0.05 : 0.12, this.#site)
    return {
      result: `done ${spec.id}`,
      ...(discovers ? { discovered: [`n${choices.pick('work.discovers', 8, this.#site, 1)}`] } : {}),
      ...(choices.chance('work.emits', 0.1, this.#site) ? { emitted: ['part'] } : {}),
    }
  }

  #behave(behaviour: Behaviour): Deed {
    let draws = 0
    // The draws of a task are the same in each of its attempts: the work is deterministic, its fate is not.
    const random = () => this.#world.choices.pick('work.random', 1_000, this.#site, 0, draws++) / 1_000
    return behaviour(this.#work.spec.body, random)
  }

  #durationOf(deed: Deed): number {
    const { choices, scenario } = this.#world
    const { epoch } = this.#work
    const drawn = choices.pick('work.duration', 64, this.#site, epoch) / 64
    let durationMs = deed.durationMs ?? scenario.durations.durationMs(drawn)
    if (this.#fate === 'slow') durationMs *= 2 + choices.pick('fault.size', 999, this.#site, epoch)
    if (this.#fate === 'provider-busy') durationMs += RETRY_AFTER_MS
    return Math.max(0, Math.round(durationMs))
  }

  #scheduleReports(deed: Deed, durationMs: number): void {
    const { task, epoch } = this.#work
    const { discovered = NOTHING, emitted = NOTHING } = deed
    this.#found = discovered
    for (const [index, item] of discovered.entries()) {
      this.#later(share(durationMs, index, discovered.length), () =>
        this.#send({ type: 'discovered', task, epoch, item }),
      )
    }
    for (const [index, value] of emitted.entries()) {
      this.#later(share(durationMs, index, emitted.length), () => this.#send({ type: 'emitted', task, epoch, value }))
    }
    if (this.#world.choices.chance('work.progress', 0.2, this.#site, epoch)) {
      this.#later(Math.floor(durationMs / 2), () => this.#send({ type: 'progressed', task, epoch, note: 'half' }))
    }
  }

  #scheduleFate(durationMs: number): void {
    const { choices } = this.#world
    const { task, epoch } = this.#work
    const midway = Math.floor((durationMs * choices.pick('fault.size', 4, this.#site, epoch, 1)) / 4)
    switch (this.#fate) {
      case 'crash-mid-work':
        this.#later(midway, () => this.#crash())
        return
      case 'crash-and-restart':
        this.#later(midway, () => {
          this.#crash()
          this.#slot.rise()
        })
        return
      case 'partial-then-crash':
        this.#later(midway, () => {
          this.#send({ type: 'emitted', task, epoch, value: 'part' })
          this.#crash()
        })
        return
      case 'pause-and-wake':
        this.#later(midway, () => {
          this.#pausedUntil =
            this.#world.now + this.#leaseMs + 1 + choices.pick('fault.size', 20_000, this.#site, epoch, 2)
          this.#overstep()
        })
        return
      case 'spawn-storm':
      case 'spawn-nonsense':
        for (const item of this.#strangeFindings()) {
          this.#later(midway, () => this.#send({ type: 'discovered', task, epoch, item }))
        }
        return
      default:
    }
  }

  /** A user's manager gets what its own workers find, again and again; only the plain one knows nonsense. */
  #strangeFindings(): readonly Json[] {
    const { setting, choices } = this.#world
    if (setting.manager !== undefined) return this.#found.flatMap((item) => [item, item, item])
    if (this.#fate === 'spawn-storm') return ['n0', 'n1', 'n2', 'n3', 'n4', 'n5']
    return [NONSENSE[choices.pick('fault.size', NONSENSE.length, this.#site, this.#work.epoch, 3)] as string]
  }

  #scheduleBeats(durationMs: number): void {
    if (this.#fate === 'hang-silent') return
    const { task, epoch } = this.#work
    const { heartbeatMs } = this.#world.scenario.plainLease
    const pace = this.#world.fault('clock-skew', this.#slot.slot, this.#site, epoch) ? 1.6 : 1
    const beat = () => {
      this.#send({ type: 'beat', task, epoch })
      this.#later(Math.round(heartbeatMs * pace), beat)
    }
    if (this.#fate === 'hang-beating' || durationMs > heartbeatMs) {
      this.#later(Math.round(heartbeatMs * pace), beat)
    }
  }

  #finish(deed: Ending): void {
    if (this.#fate === 'crash-before-send') {
      this.#calls.spendRest(deed.usage)
      this.#crash()
      return
    }
    const { task, epoch, spec } = this.#work
    const usage = this.#calls.usage(deed.usage, this.#fate === 'usage-larger')
    const error = this.#failure(deed)
    const told = this.#fate === 'usage-missing' || usage === undefined ? {} : { usage }
    this.#calls.spendRest(usage)
    const report: AttemptReport =
      error === undefined
        ? { type: 'result', task, epoch, result: deed.result ?? null, outputs: spec.outputs ?? [], ...told }
        : { type: 'error', task, epoch, error, ...told }
    this.#send(report)
    if (this.#fate === 'settled-twice') {
      this.#send({
        type: 'error',
        task,
        epoch,
        error: { code: 'WORKER_THREW', message: 'It threw after it had returned.' },
      })
    }
    this.#end(error === undefined ? 'finished' : 'threw')
    if (this.#fate === 'crash-after-send') this.#crash()
  }

  #failure(deed: Ending): ErrorRecord | undefined {
    if (deed.error !== undefined) return deed.error
    if (deed.throws !== undefined) return { code: 'WORKER_THREW', message: deed.throws }
    if (this.#fate === 'threw') {
      const isHopeless = this.#world.choices.pick('fault.size', 4, this.#site, this.#work.epoch, 5) === 3
      return isHopeless
        ? { code: 'TOOL_DENIED', message: 'It may not do what it has to do.' }
        : { code: 'WORKER_THREW', message: 'It threw.' }
    }
    if (this.#fate === 'quota-spent') return { code: 'MODEL_QUOTA_SPENT', message: 'No quota is left.' }
    if (this.#fate === 'provider-down') return { code: 'MODEL_FAILED', message: 'The provider did not answer.' }
    if (this.#fate === 'wrong-shape') return { code: 'RESULT_INVALID', message: 'The result does not fit its schema.' }
    return undefined
  }

  #streamOn(): void {
    const { task, epoch } = this.#work
    this.#later(100, () => this.#send({ type: 'emitted', task, epoch, value: 'more' }))
  }

  /** Whoever goes on without a lease is refused every tool. */
  #overstep(): void {
    const { task, epoch } = this.#work
    const detail = 'the attempt is over'
    this.#later(100, () => this.#send({ type: 'denied', task, epoch, tool: 'files.write', rule: 'none', detail }))
  }

  // ---------------------------------------------------------------------------------------------
  // Its process and its way to the manager

  /** Plans a step of its own, which waits while the process stands still and is not taken when it is gone. */
  #later(delayMs: number, act: () => void): void {
    const step = () => {
      if (this.#isOver) return
      if (this.#pausedUntil > this.#world.now) this.#world.after(this.#pausedUntil - this.#world.now, step)
      else act()
    }
    this.#world.after(delayMs, step)
  }

  #send(report: AttemptReport): void {
    sendReport(this.#world, this.#slot, report, this.#reports++, this.#leaseMs, this.#wire)
  }

  get #leaseMs(): number {
    return this.#world.scenario.config.lease.leaseMs
  }

  #cutOff(): void {
    const until = this.#world.now + CUT_OFF_MS
    if (this.#fate === 'deaf' || this.#fate === 'partition') this.#slot.deafUntil = until
    if (this.#fate === 'mute' || this.#fate === 'partition') this.#slot.mutedUntil = until
    if (this.#fate === 'clog') this.#slot.cloggedUntil = until
  }

  /** The process dies. Where the manager's side sees it, it reports the loss; else only the silence tells. */
  #crash(): void {
    const { task, epoch } = this.#work
    const isSeen = !this.#world.choices.chance('fault.size', 0.5, this.#site, epoch, 4)
    this.#slot.die()
    if (isSeen) {
      const error: ErrorRecord = { code: 'HOST_DIED', message: 'The host died.' }
      this.#send({ type: 'lost', task, epoch, error })
    }
    this.#slot.riseLater()
  }

  #end(how: 'finished' | 'threw' | 'stopped' | 'died'): void {
    this.#isOver = true
    this.#code?.kill()
    const { task, epoch } = this.#work
    this.#world.observe({ type: 'world.rested', at: this.#world.now, slot: this.#slot.slot, task, epoch, how })
    this.#slot.ended(this.key)
  }
}

function toolOf(worker: AnyWorker, name: string): string {
  return (worker.tools as ToolUses)[name]?.tool ?? name
}
