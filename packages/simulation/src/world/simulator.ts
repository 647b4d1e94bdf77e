import { BosunError, type Json } from '@bosun/core'
import { createHash } from 'node:crypto'
import type { Choices } from '../choices/choices.ts'
import { RecordingChoices } from '../choices/recording-choices.ts'
import type { Setting } from '../subject/setting.ts'
import type { ScheduleEnd, SubjectFault, Trace, TraceEvent } from '../trace/trace.ts'
import { Broken, Judge } from './judge.ts'
import { sessionDriver, type DriverFactory } from './manager-driver.ts'
import { PlainManager } from './plain-manager.ts'
import { SimulatedWorld } from './simulated-world.ts'

/** Runs schedules of one setting, one after the other. */
export interface Simulator {
  /** Runs one schedule and judges it; nothing is kept, so this is the fast way. */
  run(choices: Choices): ScheduleEnd
  /** The same, keeping what happened and what was chosen. */
  trace(choices: Choices): Trace
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
export function createSimulator(setting: Setting): Simulator {
  const judge = new Judge(setting.invariants)
  const simulate = (choices: Choices, isTraced: boolean): ScheduleEnd => {
    judge.begin(isTraced)
    return runWorld(setting, choices, judge)
  }
  return {
    run: (choices) => simulate(choices, false),
    trace(choices) {
      const recording = new RecordingChoices(choices)
      const end = simulate(recording, true)
      const events = judge.events ?? []
      return { events, choices: recording.list(), end, hash: hashOf(events) }
    },
  }
}

// ---------------------------------------------------------------------------------------------

function runWorld(setting: Setting, choices: Choices, judge: Judge): ScheduleEnd {
  let world: SimulatedWorld | undefined
  let broken: Pick<ScheduleEnd, 'violation' | 'fault'> = {}
  try {
    const goal = goalOf(setting, choices)
    world = new SimulatedWorld(setting, choices, judge, (of) => driverFactory(setting, of, goal))
    world.begin(goal, setting.manager?.name ?? 'plain')
    while (world.step());
    judge.end()
  } catch (error) {
    broken = error instanceof Broken ? { violation: error.violation } : { fault: faultOf(error) }
  }
  const ended = world?.ended
  return {
    ...broken,
    ...(ended === undefined ? {} : { ended }),
    facts: judge.facts,
    inputs: world?.inputs ?? 0,
    virtualMs: world?.now ?? 0,
  }
}

function driverFactory(setting: Setting, world: SimulatedWorld, goal: Json): DriverFactory {
  const { manager } = setting
  if (manager === undefined)
    return (kernel) => new PlainManager(kernel, world.scenario, world.choices, world.managerEpoch)
  return sessionDriver(manager, goal, (error) => world.tell({ type: 'violation', by: 'manager', error }))
}

function goalOf({ goal }: Setting, choices: Choices): Json {
  if (typeof goal !== 'function') return goal
  let draws = 0
  return goal(() => choices.pick('goal', 1_000, draws++) / 1_000)
}

function faultOf(error: unknown): SubjectFault {
  if (error instanceof BosunError) return { code: error.code, message: error.message }
  if (error instanceof Error) return { code: 'SUBJECT_THREW', message: error.message, at: error.stack ?? '' }
  return { code: 'SUBJECT_THREW', message: String(error) }
}

/** The same for equal schedules on every machine: events hold nothing but numbers, texts and lists of both. */
function hashOf(events: readonly TraceEvent[]): string {
  const hash = createHash('sha256')
  for (const event of events) hash.update(JSON.stringify(event)).update('\n')
  return hash.digest('hex').slice(0, 32)
}
