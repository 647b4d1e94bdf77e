import { BosunError } from '@bosun/core'
import { crossRunInvariants } from '@bosun/invariants'
import {
  createSimulator,
  explain,
  printReplay,
  settingHash,
  settingOf,
  subjectOf,
  textTimeline,
  type CheckOptions,
  type Setting,
  type Simulator,
  type Testee,
  type Trace,
} from '@bosun/simulation'
import { Scenario } from './scenario.ts'

/** How one run is simulated: the options of a check, and one of the three that say what varies. */
export interface SimulateOptions extends CheckOptions {
  /** Drawn by `scenarios`. */
  readonly scenario?: Scenario
  /** A replay string that a check printed. */
  readonly replay?: string
  /** Drawn from this seed. Default: the plainest scenario: one task, no fault, everything in order. */
  readonly seed?: number
}

/**
 * Simulates one run of a strategy, manager, planner or worker and returns its trace: all facts, the
 * truth beside them, what was chosen and how it ended. Use it for one schedule that matters, or
 * inside of a property.
 *
 * @throws SUBJECT_ASYNC when real workers or a planner take part: use `simulateAsync`; REPLAY_INVALID
 * or REPLAY_STALE for a replay string that is damaged or of other options
 *
 * @example
 * import { simulate } from 'bosun/testing'
 *
 * it('S3: the late result of a first attempt changes nothing', () => {
 *   const { end } = simulate(strategy, { replay: 'b1:BADA_-7FCgAB26Mv' })
 *   expect(end.violation).toBeUndefined()
 * })
 */
export function simulate(testee: Testee, options: SimulateOptions = {}): Trace {
  const run = prepare(testee, options)
  return concluded(run, run.simulator.trace(run.scenario.choices()))
}

/** The same for code that waits: a real worker, a planner. */
export async function simulateAsync(testee: Testee, options: SimulateOptions = {}): Promise<Trace> {
  const run = prepare(testee, options)
  return concluded(run, await run.simulator.traceAsync(run.scenario.choices()))
}

// ---------------------------------------------------------------------------------------------

interface Run {
  readonly setting: Setting
  readonly simulator: Simulator
  readonly scenario: Scenario
}

function prepare(testee: Testee, { scenario: given, replay, seed, ...options }: SimulateOptions): Run {
  const setting = settingOf(subjectOf(testee), options)
  const scenario = given ?? scenarioOf(replay, seed)
  const hash = settingHash(setting)
  if (scenario.setting !== undefined && scenario.setting !== hash) {
    throw new BosunError('REPLAY_STALE', { expected: `setting ${scenario.setting}`, received: `setting ${hash}` })
  }
  return { setting, simulator: createSimulator(setting), scenario }
}

function scenarioOf(replay: string | undefined, seed: number | undefined): Scenario {
  if (replay !== undefined) return Scenario.ofReplay(replay)
  return seed === undefined ? Scenario.ofChoices([]) : Scenario.ofSeed(seed)
}

/** Lets the scenario know what came of it, so that it can shrink and be printed. */
function concluded({ setting, simulator, scenario }: Run, trace: Trace): Trace {
  const { choices, end } = trace
  const hash = settingHash(setting)
  const isBroken = end.violation !== undefined || end.fault !== undefined
  const story = (): string => {
    const invariants = [...setting.invariants, ...crossRunInvariants]
    const repro = printReplay(choices, hash)
    return textTimeline(explain(trace, { repro, module: 'MODULE', isAsync: simulator.isAsync, invariants }))
  }
  scenario.recorded({ choices, setting: hash, ...(isBroken ? { story: story() } : {}) })
  return trace
}
