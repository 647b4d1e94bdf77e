import { isOutcome, type ErrorRecord, type Json, type Task } from '@bosun/core'
import { adoptableResults, type Effect, type UntimedInput } from '@bosun/kernel'
import type { WorldEvent } from '@bosun/invariants'
import type { Choices } from '../choices/choices.ts'
import { FAULT_CODES } from '../choices/labels.ts'
import { siteKey, siteOf } from '../choices/site.ts'
import { ShadowKernel } from '../cross-runs/shadow-kernel.ts'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Lane } from '../lanes/lane.ts'
import { drawScenario, isRealWorker } from '../scenario/draw-scenario.ts'
import { scaled, type Scenario } from '../scenario/scenario.ts'
import type { Setting } from '../subject/setting.ts'
import { EventQueue } from './event-queue.ts'
import { Broken, Faulted } from './broken.ts'
import type { Judge } from './judge.ts'
import { firstLife, nextLife, type DriverFactory } from './manager-driver.ts'
import { ManagerProcess, type ManagerSurroundings } from './manager-process.ts'
import { schedulePeople } from './people.ts'
import { Questions } from './questions.ts'
import { SimulatedSlot } from './simulated-slot.ts'
import { SimulatedPlanner } from './simulated-planner.ts'
import { SimulatedFiles } from './simulated-tools.ts'
import { SimulatedStore } from './store.ts'
import type { World } from './world.ts'

/** Inputs of one schedule; more means that it goes on without an end. */
const INPUTS_MAX = 20_000
/** Ticks within one ms that lead to nothing; more means that time stands still. */
const TICKS_MAX = 50
const BEGIN_MS = 1_000
const PLAN_MS = 3_000
/** Events after the end of the run that are still delivered. */
const LATE_EVENTS_MAX = 60

/** What a schedule is made of. */
export interface WorldParts {
  readonly setting: Setting
  readonly choices: Choices
  readonly judge: Judge
  readonly lane: Lane | undefined
  /** What all times are multiplied by. */
  readonly timeScale: number
  /** After how many inputs a second kernel is folded that must decide as the live one; absent: none is. */
  readonly shadowAfter: number | undefined
  readonly driverOf: (world: SimulatedWorld) => DriverFactory
}

/** One schedule: everything around a real kernel, on a virtual clock. See `createSimulator`. */
export class SimulatedWorld implements World {
  readonly setting: Setting
  readonly choices: Choices
  readonly scenario: Scenario
  readonly store = new SimulatedStore()
  readonly files: SimulatedFiles
  readonly lane: Lane | undefined
  readonly planner: SimulatedPlanner | undefined
  now = BEGIN_MS
  inputs = 0
  readonly #judge: Judge
  readonly timeScale: number
  readonly #driverOf: DriverFactory
  readonly #queue = new EventQueue()
  readonly #slots = new Map<string, SimulatedSlot>()
  readonly #absent = new Set<string>()
  readonly #struck = new Set<number>()
  readonly #around: ManagerSurroundings
  readonly #questions = new Questions(this)
  /** Commands of people that wait for a manager. */
  readonly #commands: UntimedInput[] = []
  #manager: ManagerProcess | undefined
  #managerEpoch = 1
  #isCalm = false
  #ticksNow = 0
  #tickAt = -1
  #choicesNow = 0
  #lateEvents = 0
  #goal: Json = null
  #managerName = ''

  constructor(parts: WorldParts) {
    const { setting, choices, judge, lane, timeScale, shadowAfter, driverOf } = parts
    this.timeScale = timeScale
    this.setting = setting
    this.lane = lane
    this.choices = choices
    this.files = new SimulatedFiles(filesOfExamples(setting))
    this.scenario = scaled(drawScenario(setting, choices), timeScale)
    this.#judge = judge
    if (setting.planner !== undefined) this.planner = new SimulatedPlanner(setting.planner, this.scenario.workers)
    this.#driverOf = driverOf(this)
    this.#around = {
      world: this,
      store: this.store,
      judge,
      shadow: shadowAfter === undefined ? undefined : new ShadowKernel(setting.strategy, shadowAfter),
      perform: (effect) => this.#perform(effect),
      onQuotaSpent: () => this.#awaitQuota(),
      onStored: (fact) => this.#questions.see(fact),
      onDeath: (process) => this.#managerDied(process),
    }
  }

  /** Starts the run. */
  begin(goal: Json, manager: string): void {
    this.#goal = goal
    this.#managerName = manager
    for (const { slot, worker } of this.scenario.slots) {
      const site = siteOf(slot)
      this.#slots.set(slot, new SimulatedSlot(this, slot, worker))
      if (this.fault('join-late', slot, site)) this.#leave(slot, 1_000 + this.choices.pick('slot.late', 40_000, site))
    }
    this.#start()
    schedulePeople(this, {
      taskIds: () => this.#manager?.state.tasks.map(({ spec }) => spec.id) ?? [],
      lateIds: () => this.#lateIds(),
      leave: (slot, forMs) => this.#leave(slot, forMs),
    })
    this.after(this.scenario.calmAt, () => this.#calm())
  }

  /** Lets the next thing happen; false when the schedule is over. */
  step(): boolean {
    const manager = this.#manager
    if (manager !== undefined) {
      manager.deliverMessages()
      if (manager.state.ended !== undefined && manager.isAtRest) return this.#afterEnd()
      this.inputs += manager.inputs
      manager.inputs = 0
      if (this.inputs > INPUTS_MAX) return this.#stuck('endless')
    }
    const dueAt = manager?.isAlive === true && manager.state.ended === undefined ? manager.dueAt : Infinity
    const isTickDue = dueAt <= this.now
    if (isTickDue || this.#queue.dueCount > 0) {
      this.#happen(isTickDue)
      return true
    }
    // Nothing more happens in this ms: what was decided is stored, which may bring new events.
    if (manager?.isAlive === true && manager.flush()) return true
    return this.#advance(Math.min(dueAt, this.#queue.nextAt))
  }

  after(delayMs: number, act: () => void): void {
    this.#queue.add(this.now + delayMs * this.timeScale, this.now, act)
  }

  fault(kind: FaultKind, on: string, a = 0, b = 0, c = 0): boolean {
    if (this.#isCalm || !this.choices.fault(kind, a, b, c)) return false
    // A fault that is asked for again at the same place has struck already.
    const key = siteKey(FAULT_CODES.get(kind) as number, a, b, c)
    if (this.#struck.has(key)) return false
    this.#struck.add(key)
    this.observe({ type: 'world.fault', at: this.now, kind, on })
    return true
  }

  observe(event: WorldEvent): void {
    this.#judge.event(event)
  }

  tell(input: UntimedInput): void {
    this.#manager?.feed(input)
  }

  /** A manager under check is at fault; any other fails its run, as it would in production. */
  blame({ code, message, at }: ErrorRecord): void {
    if (this.setting.subject.kind === 'manager') {
      throw new Faulted({ code, message, ...(at === undefined ? {} : { at }) })
    }
    this.tell({ type: 'violation', by: 'manager', error: { code, message } })
  }

  command(input: UntimedInput): void {
    if (this.#manager === undefined) this.#commands.push(input)
    else this.#manager.feed(input, true)
  }

  /** Which process of the manager is or was the latest. */
  get managerEpoch(): number {
    return this.#managerEpoch
  }

  get ended(): ManagerProcess['state']['ended'] {
    return this.#manager?.state.ended
  }

  get state(): ManagerProcess['state'] | undefined {
    return this.#manager?.state
  }

  // ---------------------------------------------------------------------------------------------
  // Time

  #happen(isTickDue: boolean): void {
    const queue = this.#queue
    const possibilities = queue.dueCount + (isTickDue ? 1 : 0)
    const nth = this.#choicesNow++
    this.choices.order?.(queue.dueChains)
    const chosen = this.choices.pick('order.next', possibilities, (this.now >>> 8) & 0xffff, this.now & 0xff, nth)
    if (chosen < queue.dueCount) queue.take(chosen)()
    else this.#tick()
    const manager = this.#manager
    if (
      manager?.isAlive === true &&
      this.fault('manager-crash', 'manager', (this.now >>> 8) & 0xffff, this.now & 0xff, nth)
    )
      manager.die()
  }

  #tick(): void {
    const manager = this.#manager as ManagerProcess
    if (this.now !== this.#tickAt) {
      this.#tickAt = this.now
      this.#ticksNow = 0
    }
    this.#ticksNow += 1
    if (this.#ticksNow > TICKS_MAX) {
      this.#stuck('endless')
      return
    }
    const site = (this.now >>> 8) & 0xffff
    if (this.#ticksNow === 1 && this.fault('timer-late', 'manager', site, this.now & 0xff)) {
      manager.ticksNotBefore = this.now + 1 + this.choices.pick('timer.late', 3_000, site, this.now & 0xff)
      return
    }
    manager.feed({ type: 'tick' })
  }

  #advance(to: number): boolean {
    if (to === Infinity) return this.#stuck('silent')
    this.#choicesNow = 0
    const site = (to >>> 8) & 0xffff
    const manager = this.#manager
    if (manager?.isAlive === true && manager.state.ended === undefined) {
      if (this.fault('timer-early', 'manager', site, to & 0xff)) manager.feed({ type: 'tick' })
      if (this.fault('manager-stalled', 'manager', site, to & 0xff)) {
        const gapMs = 8_000 + this.choices.pick('manager.stall', 20_000, site, to & 0xff)
        this.now = to + gapMs
        // The shell drains what has arrived before it feeds time.
        manager.feed({ type: 'stalled', gapMs })
        this.#queue.advance(this.now)
        while (this.#queue.dueCount > 0) this.#queue.take(0)()
        return true
      }
      if (this.fault('two-managers', 'manager', site, to & 0xff)) this.#freeze(manager)
    }
    this.now = to
    this.#queue.advance(to)
    return true
  }

  /** The faults stop and what they left is healed. */
  #calm(): void {
    this.#isCalm = true
    this.observe({ type: 'world.calm', at: this.now })
    for (const slot of this.#slots.values()) slot.heal()
    this.#questions.calm()
  }

  /** What is still under way when the run has ended may report, and changes nothing. */
  #afterEnd(): boolean {
    if (this.#lateEvents++ >= LATE_EVENTS_MAX || this.#queue.dueCount + (this.#queue.nextAt < Infinity ? 1 : 0) === 0) {
      this.#manager?.flush()
      return false
    }
    if (this.#queue.dueCount === 0) {
      this.now = this.#queue.nextAt
      this.#queue.advance(this.now)
    }
    this.#queue.take(0)()
    this.#manager?.flush()
    return true
  }

  #stuck(why: 'silent' | 'endless'): never {
    this.observe({ type: 'world.stuck', at: this.now, why })
    const sentence =
      why === 'silent'
        ? 'nothing is left that could move the run, and it has not ended'
        : `the run goes on without an end at ${this.now} ms`
    throw new Broken({ invariant: why === 'silent' ? 'L1' : 'L2', clause: why, sentence, seqs: [this.store.seq] })
  }

  // ---------------------------------------------------------------------------------------------
  // The manager's process

  #start(): void {
    this.store.acquire(this.#managerEpoch)
    const life = firstLife(this.setting.strategy, this.#driverOf)
    const process = new ManagerProcess(this.#around, life, this.#managerEpoch, 0)
    this.#manager = process
    const { config, workers, slots } = this.scenario
    const goal = this.#goal
    process.feed({ type: 'start', run: 'r', goal, manager: this.#managerName, config, origins: {}, workers })
    for (const { slot, worker } of slots) if (!this.#absent.has(slot)) process.feed({ type: 'joined', slot, worker })
  }

  #managerDied(process: ManagerProcess): void {
    // One that was frozen and is fenced now has been replaced already.
    if (process !== this.#manager) return
    this.#manager = undefined
    this.observe({ type: 'world.died', at: this.now, actor: 'manager' })
    const site = this.#managerEpoch & 0xffff
    this.after(this.choices.pick('manager.down', 4, site) * 700, () => this.#takeOver())
  }

  /** It stands still without being dead; by the time it goes on another has taken over. */
  #freeze(manager: ManagerProcess): void {
    manager.freeze()
    this.#manager = undefined
    this.observe({ type: 'world.died', at: this.now, actor: 'manager' })
    this.after(500, () => this.#takeOver())
    this.after(1_500, () => manager.wakeUp())
  }

  /** Another process takes the run over from what is stored. */
  #takeOver(): void {
    this.#managerEpoch += 1
    const managerEpoch = this.#managerEpoch
    const site = managerEpoch & 0xffff
    this.store.acquire(managerEpoch)
    if (this.store.seq === 0) {
      // The run was lost before its first fact was stored: whoever started it starts it again.
      this.#judge.recall([])
      this.#start()
      return
    }
    // The judges see the log as the new process does: what was not stored never was.
    this.#judge.recall(this.store.facts)
    this.observe({ type: 'world.durable', at: this.now, seq: this.store.seq, managerEpoch })
    this.observe({ type: 'world.rose', at: this.now, actor: 'manager', managerEpoch })
    const life = nextLife(this.setting.strategy, this.#driverOf, this.store.facts)
    if (life.diverged !== undefined) {
      const { message, expected, received } = life.diverged
      const sentence = `told again, the manager decided otherwise: ${received} instead of ${expected}`
      throw new Broken({ invariant: 'R2', clause: 'decisions', sentence, seqs: [message] })
    }
    const isSkewed = this.fault('clock-skew', 'manager', site, 0, 1)
    const offsetMs = isSkewed ? this.choices.pick('manager.clock', 40_000, site) - 20_000 : 0
    const manager = new ManagerProcess(this.#around, life, managerEpoch, offsetMs)
    this.#manager = manager
    if (manager.state.ended !== undefined) return
    if (this.fault('crash-in-recovery', 'manager', site, 0)) return manager.die()
    manager.feed({ type: 'recovered', managerEpoch, owner: `owner-${managerEpoch}` })
    if (this.fault('crash-in-recovery', 'manager', site, 1)) return manager.die()
    manager.redo()
    for (const { slot, worker } of this.scenario.slots) {
      manager.feed(this.#absent.has(slot) ? { type: 'left', slot, reason: 'gone' } : { type: 'joined', slot, worker })
    }
    for (const input of this.#commands.splice(0)) manager.feed(input, true)
    // An answer may have died with the process that had it.
    for (const { approval } of manager.state.openApprovals) this.#questions.ask(approval)
    if (manager.state.paused) this.after(5_000, () => this.command({ type: 'resume', by: 'ada' }))
  }

  // ---------------------------------------------------------------------------------------------
  // What the manager asks of the world

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'assign': {
        const spec = this.#manager?.state.find(effect.task)?.spec as Task
        const asksModel = this.scenario.workers.some(({ name, model }) => name === effect.worker && model !== undefined)
        this.#slots.get(effect.slot)?.assign({ ...effect, spec, inputs: this.#inputsOf(spec), asksModel })
        return
      }
      case 'stop':
        if (this.fault('stop-lost', effect.task, siteOf(effect.task), effect.epoch)) return
        for (const slot of this.#slots.values()) slot.stop(effect.task, effect.epoch)
        return
      case 'answer':
        for (const slot of this.#slots.values()) slot.answer(effect)
        return
      case 'publish':
        this.#publish(effect)
        return
      case 'plan':
        this.#plan(effect.request, effect.goal)
        return
      case 'end':
    }
  }

  #inputsOf({ dependsOn = [] }: Task): Record<string, Json> {
    const inputs: Record<string, Json> = {}
    for (const id of dependsOn) inputs[id] = this.#manager?.state.find(id)?.result ?? null
    return inputs
  }

  #publish({ task, epoch, outputs, predecessor }: Extract<Effect, { type: 'publish' }>): void {
    const site = siteOf(task)
    const managerEpoch = this.#managerEpoch
    this.after(this.choices.pick('net.delay', 4, site, epoch, 0xfffe) * 10, () => {
      if (this.fault('publish-failed', task, site, epoch, managerEpoch)) {
        this.tell({ type: 'publishFailed', task, epoch, error: { code: 'OUTPUT_CONFLICT', message: 'No room.' } })
      } else {
        this.files.publish(`${predecessor ?? task}@${epoch}`)
        this.tell({ type: 'published', task, epoch, files: outputs.map((path) => ({ path, hash: 'h', bytes: 1 })) })
      }
    })
  }

  #plan(request: string, goal: Json): void {
    const site = siteOf(request)
    const managerEpoch = this.#managerEpoch
    if (this.fault('planner-silent', request, site, 0, managerEpoch)) return
    this.after(PLAN_MS, () => {
      this.#askForPlan(request)
      if (this.fault('planner-quota', request, site, this.now & 0xffff, managerEpoch)) {
        this.tell({ type: 'planFailed', request, error: { code: 'MODEL_QUOTA_SPENT', message: 'No quota is left.' } })
        return
      }
      if (this.fault('planner-failed', request, site, 0, managerEpoch)) {
        this.tell({ type: 'planFailed', request, error: { code: 'PLANNER_FAILED', message: 'No idea.' } })
      } else if (this.planner === undefined) this.tell({ type: 'planned', request, tasks: this.scenario.tasks })
      else {
        this.planner.ask(goal, (planned) =>
          this.after(0, () => {
            if ('error' in planned) this.tell({ type: 'planFailed', request, error: planned.error })
            else this.tell({ type: 'planned', request, ...planned })
          }),
        )
      }
    })
  }

  /** What a planner asks of a model, if it does. */
  #askForPlan(request: string): void {
    const tokens = 15 * this.choices.pick('plan.usage', 4, siteOf(request), this.#managerEpoch)
    if (tokens === 0) return
    const call = { model: 'sim:fast', inputTokens: tokens, outputTokens: 0, costMicros: tokens, ms: PLAN_MS }
    this.tell({ type: 'plannerCalled', request, ...call })
  }

  /** After a while there is quota again, and whoever looks after the run resumes it. */
  #awaitQuota(): void {
    const seconds = 1 + this.choices.pick('quota.back', 60, (this.now >>> 8) & 0xffff, this.now & 0xff)
    this.after(seconds * 1_000, () => this.command({ type: 'resume', by: 'ada' }))
  }

  #lateIds(): readonly string[] {
    const state = this.#manager?.state
    if (state === undefined) return []
    const late = new Set(Array.from(adoptableResults(state).values(), ({ task }) => state.tasks[task]))
    // What a manager of a user makes of successors is for its own specs.
    const isPlain = this.setting.manager === undefined
    return Array.from(late).flatMap((task) =>
      task !== undefined && (isPlain || !isOutcome(task.status)) ? [task.spec.id] : [],
    )
  }

  #leave(slot: string, forMs: number): void {
    const { worker } = this.#slots.get(slot) as SimulatedSlot
    const wasThere = !this.#absent.has(slot)
    this.#absent.add(slot)
    if (wasThere) this.tell({ type: 'left', slot, reason: 'drain' })
    this.after(forMs, () => {
      this.#absent.delete(slot)
      this.tell({ type: 'joined', slot, worker })
    })
  }
}

/** What real workers find in the workspace: their examples say which files they need. */
function filesOfExamples({ workers }: Setting): [path: string, text: string][] {
  const real = Object.values(workers).filter(isRealWorker)
  return real.flatMap(({ examples }) => examples.flatMap(({ files = {} }) => Object.entries(files)))
}
