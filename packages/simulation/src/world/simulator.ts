import { BosunError, type Json } from '@bosun/core'
import { createHash } from 'node:crypto'
import type { Choices } from '../choices/choices.ts'
import { RecordingChoices } from '../choices/recording-choices.ts'
import { holdAmbient, releaseAmbient, type AmbientWatch } from '../lanes/ambient-guard.ts'
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
  const judge = new Judge(setting.invariants)
  const schedule = (choices: Choices, isTraced: boolean, lane?: Lane) => {
    judge.begin(isTraced)
    return new Schedule(setting, choices, judge, lane)
  }
  const traced = (choices: RecordingChoices, end: ScheduleEnd): Trace => {
    const events = judge.events ?? []
    return { events, choices: choices.list(), end, hash: hashOf(events) }
  }
  const isAsync = setting.planner !== undefined || Object.values(setting.workers).some(isRealWorker)
  const refuseAsync = (): void => {
    if (isAsync) throw new BosunError('SUBJECT_ASYNC', { received: 'a setting with a real worker or a planner' })
  }
  return {
    isAsync,
    run(choices) {
      refuseAsync()
      return schedule(choices, false).run()
    },
    trace(choices) {
      refuseAsync()
      const recording = new RecordingChoices(choices)
      return traced(recording, schedule(recording, true).run())
    },
    runAsync: (choices) => schedule(choices, false, new AsyncLane()).runAsync(),
    async traceAsync(choices) {
      const recording = new RecordingChoices(choices)
      return traced(recording, await schedule(recording, true, new AsyncLane({ diagnosing: true })).runAsync())
    },
  }
}

// ---------------------------------------------------------------------------------------------

/** One schedule, from its choices to its end. */
class Schedule implements AmbientWatch {
  readonly #setting: Setting
  readonly #choices: Choices
  readonly #judge: Judge
  readonly #lane: Lane | undefined
  #world: SimulatedWorld | undefined
  #ambient: SubjectFault | undefined

  constructor(setting: Setting, choices: Choices, judge: Judge, lane: Lane | undefined) {
    this.#setting = setting
    this.#choices = choices
    this.#judge = judge
    this.#lane = lane
  }

  run(): ScheduleEnd {
    const outer = holdAmbient(this)
    try {
      const world = this.#begin()
      while (world.step());
      this.#judge.end()
      return this.#end({})
    } catch (error) {
      return this.#end(brokenBy(error))
    } finally {
      releaseAmbient(outer)
    }
  }

  /** The subject has asked for time, chance or a timer of the machine; it may have swallowed the refusal. */
  ambientRefused(fault: SubjectFault): void {
    this.#ambient ??= fault
  }

  /** The same with code that waits: after each event it comes to rest before the next one. */
  async runAsync(): Promise<ScheduleEnd> {
    const lane = this.#lane as Lane
    await lane.open()
    try {
      const world = this.#begin()
      do {
        if (lane.restless) await lane.settle()
        if (world.planner?.isBusy === true) await world.planner.settle()
        const [fault] = lane.takeFaults()
        if (fault !== undefined) throw new Faulted(fault)
      } while (world.step())
      this.#judge.end()
      return this.#end({})
    } catch (error) {
      return this.#end(brokenBy(error))
    } finally {
      lane.close()
    }
  }

  #begin(): SimulatedWorld {
    const [setting, choices] = [this.#setting, this.#choices]
    const goal = goalOf(setting, choices)
    const driverOf = (world: SimulatedWorld) => driverFactory(setting, world, goal)
    this.#world = new SimulatedWorld({ setting, choices, judge: this.#judge, lane: this.#lane, driverOf })
    this.#world.begin(goal, setting.manager?.name ?? 'plain')
    return this.#world
  }

  #end(broken: Pick<ScheduleEnd, 'violation' | 'fault'>): ScheduleEnd {
    const world = this.#world
    const ended = world?.ended
    return {
      ...(this.#ambient === undefined ? broken : { fault: this.#ambient }),
      ...(ended === undefined ? {} : { ended }),
      facts: this.#judge.facts,
      inputs: world?.inputs ?? 0,
      virtualMs: world?.now ?? 0,
    }
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
