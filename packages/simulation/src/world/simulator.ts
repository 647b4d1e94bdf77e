import { BosunError, watchAssertions, type AssertionKind, type AssertionWatch, type Fact, type Json } from '@bosun/core'
import type { Violation } from '@bosun/invariants'
import { createHash } from 'node:crypto'
import type { Choices } from '../choices/choices.ts'
import { RecordingChoices } from '../choices/recording-choices.ts'
import { replay, type Finding } from '@bosun/invariants'
import { foldKernel } from '@bosun/kernel'
import { stateImage } from '../cross-runs/state-image.ts'
import { canStretch } from '../cross-runs/can-stretch.ts'
import { crossRunPlan } from '../cross-runs/cross-run-plan.ts'
import { guardAmbient, holdAmbient, releaseAmbient, type AmbientWatch } from '../lanes/ambient-guard.ts'
import { AsyncLane } from '../lanes/async-lane.ts'
import type { Lane } from '../lanes/lane.ts'
import { userPlace } from '../lanes/user-place.ts'
import { isRealWorker } from '../scenario/draw-scenario.ts'
import { checkedStrategy } from '../subject/checked-strategy.ts'
import type { Setting } from '../subject/setting.ts'
import type { ScheduleEnd, SubjectFault, Trace, TraceEvent } from '../trace/trace.ts'
import { Broken, Faulted } from './broken.ts'
import { Judge } from './judge.ts'
import { sessionDriver, type DriverFactory } from './manager-driver.ts'
import { PlainManager } from './plain-manager.ts'
import { SimulatedWorld } from './simulated-world.ts'

/** Runs schedules of one setting, one after the other. */
export interface Simulator {
  /**
   * Whether the setting holds code that waits (real workers, a planner), so that its schedules have to
   * be waited for as well.
   */
  readonly isAsync: boolean
  /** Runs one schedule and judges it; nothing is kept, so this is the fast way. Throws SUBJECT_ASYNC for a setting that waits. */
  run(choices: Choices): ScheduleEnd
  /** The same, keeping what happened and what was chosen. */
  trace(choices: Choices): Trace
  runAsync(choices: Choices): Promise<ScheduleEnd>
  traceAsync(choices: Choices): Promise<Trace>
}

/**
 * A simulator for one setting; it may be used for any number of schedules. The world around the
 * kernel is simulated (clock, slots, network, store, people), the kernel and the managers are the
 * ones of production.
 *
 * @example
 * import { composeStrategy } from '@bosun/kernel'
 * import { createSimulator, randomChoices, settingOf } from '@bosun/simulation'
 *
 * const strategy = composeStrategy({ name: 'mine' })
 * const { violation } = createSimulator(settingOf({ kind: 'strategy', strategy })).run(randomChoices(1))
 */
export function createSimulator(given: Setting): Simulator {
  const setting = given.subject.kind === 'strategy' ? { ...given, strategy: checkedStrategy(given.strategy) } : given
  const isAsync = setting.planner !== undefined || Object.values(setting.workers).some(isRealWorker)
  const judge = new Judge(setting.invariants)
  const begin = (choices: Choices, isTraced: boolean, how: Partial<Manner> = {}): Schedule => {
    judge.begin(isTraced)
    return new Schedule({
      setting,
      choices,
      judge,
      lane: isAsync ? new AsyncLane({ diagnosing: isTraced }) : undefined,
      timeScale: 1,
      shadowAfter: undefined,
      ...how,
    })
  }
  const refuseAsync = (): void => {
    if (isAsync) throw new BosunError('SUBJECT_ASYNC', { received: 'a setting with a real worker or a planner' })
  }

  /** Steps of a schedule that may be compared with a plainer one: what it yields is to be run. */
  function* steps(choices: Choices, isTraced: boolean): Generator<Schedule, Finished, ScheduleEnd> {
    const plan = setting.comparesRuns ? crossRunPlan(choices, canStretch(setting)) : undefined
    const isFolded = plan?.id === 'R2'
    const schedule = isFolded
      ? begin(choices, isTraced, { shadowAfter: plan.shadowAfter })
      : begin(plan?.disturbed ?? choices, isTraced)
    const end = yield schedule
    const { events = [] } = judge
    const { log } = schedule
    if (plan === undefined || hasFailed(end)) return { end, events, log }
    if (isFolded) return { end: withFinding(end, plan.id, schedule.foldFinding()), events, log }
    const plain = begin(plan.plain, false, { timeScale: plan.timeScale })
    const plainEnd = yield plain
    if (hasFailed(plainEnd)) return { end: plainEnd, events, log }
    return { end: withFinding(end, plan.id, plan.judge(plain.log, log)), events, log }
  }

  const run = (choices: Choices, isTraced: boolean): Finished => {
    refuseAsync()
    const walk = steps(choices, isTraced)
    let step = walk.next()
    while (step.done !== true) step = walk.next(step.value.run())
    return step.value
  }
  const runAsync = async (choices: Choices, isTraced: boolean): Promise<Finished> => {
    const walk = steps(choices, isTraced)
    let step = walk.next()
    while (step.done !== true) step = walk.next(await (isAsync ? step.value.runAsync() : step.value.run()))
    return step.value
  }
  return {
    isAsync,
    run: (choices) => run(choices, false).end,
    trace(choices) {
      const recording = new RecordingChoices(choices)
      return traced(recording, run(recording, true))
    },
    runAsync: async (choices) => (await runAsync(choices, false)).end,
    async traceAsync(choices) {
      const recording = new RecordingChoices(choices)
      return traced(recording, await runAsync(recording, true))
    },
  }
}

/** What is left of a schedule. */
interface Finished {
  readonly end: ScheduleEnd
  readonly events: readonly TraceEvent[]
  readonly log: readonly Fact[]
}

// ---------------------------------------------------------------------------------------------

function hasFailed({ violation, fault }: ScheduleEnd): boolean {
  return violation !== undefined || fault !== undefined
}

function withFinding(end: ScheduleEnd, invariant: string, found: Finding | undefined): ScheduleEnd {
  return found === undefined ? end : { ...end, violation: { invariant, ...found } }
}

function traced(choices: RecordingChoices, { end, events, log }: Finished): Trace {
  let hash: string | undefined
  return {
    events,
    log,
    choices: choices.list(),
    end,
    // Most traces are looked at and never compared.
    get hash() {
      hash ??= hashOf(events)
      return hash
    },
  }
}

/** How a schedule is run for a comparison: see `CrossRunPlan` and `FoldPlan`. */
interface Manner {
  readonly timeScale: number
  readonly shadowAfter: number | undefined
}

interface ScheduleParts extends Manner {
  readonly setting: Setting
  readonly choices: Choices
  readonly judge: Judge
  readonly lane: Lane | undefined
}

/** One schedule, from its choices to its end. */
class Schedule implements AmbientWatch, AssertionWatch {
  readonly #parts: ScheduleParts
  #world: SimulatedWorld | undefined
  #ambient: SubjectFault | undefined
  /** Of assertions in user code: the first that did not hold, and what the others came to. */
  #unheld: Violation | undefined
  #assertions: Record<string, boolean> | undefined

  constructor(parts: ScheduleParts) {
    this.#parts = parts
  }

  /** The facts that are stored. */
  get log(): readonly Fact[] {
    return this.#world?.store.facts ?? []
  }

  /** Whether folding the journal gives another state than the one that was live. */
  foldFinding(): Finding | undefined {
    const { log } = this
    const state = this.#world?.state
    if (state === undefined) return undefined
    const folded = foldKernel(this.#parts.setting.strategy, log).state
    const states = { seq: log.length, live: stateImage(state), folded: stateImage(folded) }
    return replay.judge({ recorded: log, prefixes: [states] })
  }

  run(): ScheduleEnd {
    const outer = holdAmbient(this)
    const outerWatch = watchAssertions(this)
    try {
      const world = this.#begin()
      while (world.step() && this.#unheld === undefined);
      if (this.#unheld === undefined) this.#parts.judge.end()
      return this.#end({})
    } catch (error) {
      return this.#end(brokenBy(error))
    } finally {
      watchAssertions(outerWatch)
      releaseAmbient(outer)
    }
  }

  asserted(kind: AssertionKind, label: string, holds: boolean): void {
    if (kind === 'always' && !holds) {
      const sentence = `"${label}" is said to hold always, and here it does not`
      this.#unheld ??= { invariant: `U-${label}`, clause: 'always', sentence, seqs: [] }
    }
    this.#assertions ??= {}
    this.#assertions[label] = holds || this.#assertions[label] === true
  }

  /** The subject has asked for time, chance or a timer of the machine; it may have swallowed the refusal. */
  ambientRefused(fault: SubjectFault): void {
    this.#ambient ??= fault
  }

  /** The same with code that waits: after each event it comes to rest before the next one. */
  async runAsync(): Promise<ScheduleEnd> {
    const lane = this.#parts.lane as Lane
    await lane.open()
    const outerWatch = watchAssertions(this)
    try {
      const world = guardAmbient(this, () => this.#begin())
      do {
        if (lane.restless) await lane.settle()
        if (world.planner?.isBusy === true) await world.planner.settle()
        const [fault] = lane.takeFaults()
        if (fault !== undefined) throw new Faulted(fault)
      } while (this.#unheld === undefined && world.step())
      if (this.#unheld === undefined) this.#parts.judge.end()
      return this.#end({})
    } catch (error) {
      return this.#end(brokenBy(error))
    } finally {
      watchAssertions(outerWatch)
      lane.close()
    }
  }

  #begin(): SimulatedWorld {
    const { setting, choices } = this.#parts
    const goal = goalOf(setting, choices)
    const driverOf = (world: SimulatedWorld) => driverFactory(setting, world, goal)
    this.#world = new SimulatedWorld({ ...this.#parts, driverOf })
    this.#world.begin(goal, setting.manager?.name ?? 'plain')
    return this.#world
  }

  #end(broken: Pick<ScheduleEnd, 'violation' | 'fault'>): ScheduleEnd {
    const world = this.#world
    const ended = world?.ended
    const assertions = this.#assertions
    return {
      ...this.#broke(broken),
      ...(assertions === undefined ? {} : { assertions }),
      ...(ended === undefined ? {} : { ended }),
      facts: this.#parts.judge.facts,
      inputs: world?.inputs ?? 0,
      virtualMs: world?.now ?? 0,
    }
  }

  /** What the subject did or says of itself is nearer to the cause than what followed from it. */
  #broke(broken: Pick<ScheduleEnd, 'violation' | 'fault'>): Pick<ScheduleEnd, 'violation' | 'fault'> {
    if (this.#ambient !== undefined) return { fault: this.#ambient }
    if (this.#unheld !== undefined) return { violation: this.#unheld }
    const idle = broken.violation === undefined && broken.fault === undefined ? this.#idleManager() : undefined
    return idle === undefined ? broken : { fault: idle }
  }

  /** A manager under check that had the last word and said nothing: its run failed by that alone. */
  #idleManager(): SubjectFault | undefined {
    if (this.#parts.setting.subject.kind !== 'manager' || this.#world?.ended !== 'run.failed') return undefined
    const end = this.log.findLast((fact) => fact.type === 'run.failed')
    return end?.causeCode === 'MANAGER_IDLE'
      ? { code: end.causeCode, message: end.error?.message ?? end.causeCode }
      : undefined
  }
}

function driverFactory(setting: Setting, world: SimulatedWorld, goal: Json): DriverFactory {
  const { manager } = setting
  if (manager === undefined) {
    return (kernel) => new PlainManager(kernel, world.scenario, world.choices, world.managerEpoch)
  }
  return sessionDriver(manager, goal, (error) => world.blame(error))
}

function goalOf({ goal }: Setting, choices: Choices): Json {
  if (typeof goal !== 'function') return goal
  let draws = 0
  return goal(() => choices.pick('goal', 1_000, draws++) / 1_000)
}

function brokenBy(error: unknown): Pick<ScheduleEnd, 'violation' | 'fault'> {
  if (error instanceof Broken) return { violation: error.violation }
  return { fault: error instanceof Faulted ? error.fault : faultOf(error) }
}

function faultOf(error: unknown): SubjectFault {
  if (!(error instanceof Error)) return { code: 'SUBJECT_THREW', message: String(error) }
  const code = error instanceof BosunError ? error.code : 'SUBJECT_THREW'
  // What has no place in the user's code broke in our own: then the stack is what helps.
  const at = userPlace(error.stack) ?? error.stack
  return { code, message: error.message, ...(at === undefined ? {} : { at }) }
}

/** The same for equal schedules on every machine: events hold nothing but numbers, texts and lists of both. */
function hashOf(events: readonly TraceEvent[]): string {
  const hash = createHash('sha256')
  for (const event of events) hash.update(JSON.stringify(event)).update('\n')
  return hash.digest('hex').slice(0, 32)
}
