import { BosunError } from '@bosun/core'
import { parseReplay } from '../choices/replay-string.ts'
import { ReplayedChoices, type Divergence } from '../choices/replayed-choices.ts'
import type { Setting } from '../subject/setting.ts'
import type { Trace } from '../trace/trace.ts'
import { createSimulator } from '../world/simulator.ts'
import { settingHash } from './setting-hash.ts'

/** A schedule that was brought back. */
export interface ReplayedSchedule {
  readonly trace: Trace
  /** What of it the schedule no longer came by, as when the subject was changed since. */
  readonly divergences: readonly Divergence[]
}

/**
 * Brings the schedule of a replay string back. Throws REPLAY_INVALID for a damaged one, and
 * REPLAY_STALE for one of another setting, whose choices would mean something else.
 *
 * @example
 * const { trace } = await replaySchedule(setting, 'b1:BADA_-7FCgAB26Mv')
 * console.log(trace.end.violation?.sentence)
 */
export async function replaySchedule(setting: Setting, replay: string): Promise<ReplayedSchedule> {
  const parsed = parseReplay(replay)
  const hash = settingHash(setting)
  if (parsed.setting !== hash) {
    throw new BosunError('REPLAY_STALE', { expected: `setting ${parsed.setting}`, received: hash })
  }
  const choices = new ReplayedChoices(parsed.choices)
  const trace = await createSimulator(setting).traceAsync(choices)
  return { trace, divergences: choices.divergences() }
}

/** Divergences in words, by label: `fault.result-late at 71/1/0 was never asked for`. */
export function divergenceText({ choice, why }: Divergence): string {
  const place = `${choice.label} at ${choice.site.join('/')}`
  return why === 'never asked'
    ? `${place} was never asked for`
    : `${place} has another number of possibilities than ${choice.bound}`
}
