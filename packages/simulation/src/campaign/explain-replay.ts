import { crossRunInvariants } from '@bosun/invariants'
import { ReplayedChoices, type Divergence } from '../choices/replayed-choices.ts'
import { explain, type ExplainOptions, type Explanation } from '../explain/explanation.ts'
import type { Setting } from '../subject/setting.ts'
import type { Trace } from '../trace/trace.ts'
import { createSimulator } from '../world/simulator.ts'
import type { Failure } from './failure.ts'
import { replaySchedule } from './replay-schedule.ts'

/** What is known of the file that was checked: see `ExplainOptions`. */
export type ExplainedModule = Pick<ExplainOptions, 'module' | 'exportName' | 'hasOptions'>

/** A schedule that was brought back, explained. */
export interface ExplainedReplay {
  readonly trace: Trace
  readonly explanation: Explanation
  /** What of it the schedule no longer came by, as when the subject was changed since. */
  readonly divergences: readonly Divergence[]
}

/**
 * Brings the schedule of a replay string back and explains it. Throws as `replaySchedule` does.
 *
 * @example
 * const { explanation } = await explainReplay(setting, 'b1:BADA_-7FCgAB26Mv', { module: 'survey.ts' })
 * console.log(textTimeline(explanation))
 */
export async function explainReplay(
  setting: Setting,
  replay: string,
  module: ExplainedModule,
): Promise<ExplainedReplay> {
  const { trace, divergences } = await replaySchedule(setting, replay)
  return { trace, divergences, explanation: explainIn(setting, trace, { ...module, repro: replay }) }
}

/** Explains what a campaign found, beside the nearest schedule that passes; absent for what has no schedule. */
export async function explainFailure(
  setting: Setting,
  { shown }: Failure,
  module: ExplainedModule,
): Promise<Explanation | undefined> {
  if (shown === undefined) return undefined
  const { replay, choices, factsFound, shrinkMs, twin } = shown
  const simulator = createSimulator(setting)
  const trace = await simulator.traceAsync(new ReplayedChoices(choices))
  const passing = twin === undefined ? undefined : await simulator.traceAsync(new ReplayedChoices(twin.choices))
  return explainIn(setting, trace, {
    ...module,
    repro: replay,
    shrunkFrom: { facts: factsFound, ms: shrinkMs },
    ...(passing === undefined ? {} : { twin: passing }),
  })
}

// ---------------------------------------------------------------------------------------------

function explainIn(setting: Setting, trace: Trace, options: ExplainOptions): Explanation {
  const invariants = [...setting.invariants, ...crossRunInvariants]
  return explain(trace, { ...options, isAsync: createSimulator(setting).isAsync, invariants })
}
