import type { Fact, Strategy } from '@bosun/core'
import { differences } from './differences.ts'
import { recordedRun } from './read-recorded-run.ts'
import type { RecordedRun } from './recorded-run.ts'
import { replayUnder, type ReplayedRun, type ReplayOptions } from './replay-under.ts'
import { timingOf, type Timing } from './timing.ts'

/** One strategy beside the others. */
export interface ReplayRow extends Timing {
  readonly strategy: string
  /** In what tasks or result came out other than in the record. */
  readonly differences: readonly string[]
  /** Attempts whose end the record does not tell; see `ReplayedRun`. */
  readonly unknown: readonly string[]
}

export interface ReplayReport {
  readonly run: string
  /** The strategy of the record, and its times as they really were: with all that replays leave out. */
  readonly recorded: Timing & { readonly strategy: string; readonly tasks: number }
  readonly rows: readonly ReplayRow[]
}

/** Puts replays of one recorded run side by side, in the order in which they are given. */
export function compareReplays(
  facts: readonly Fact[],
  recorded: RecordedRun,
  replays: readonly ReplayedRun[],
): ReplayReport {
  return {
    run: recorded.run,
    recorded: { strategy: recorded.config.strategy, tasks: recorded.tasks.size, ...timingOf(facts) },
    rows: replays.map(({ strategy, facts: replayed, unknown }) => ({
      strategy,
      ...timingOf(replayed),
      differences: differences(facts, replayed),
      unknown,
    })),
  }
}

/**
 * What a recorded run would have been under other strategies.
 *
 * @param facts the journal of one run
 * @param strategies what to replay it under; put the run's own first to see what the replay leaves out
 * @example
 * const report = replayReport(facts, BUILT_IN_STRATEGIES, { manager: survey })
 * console.log(replayReportText(report))
 */
export function replayReport(
  facts: readonly Fact[],
  strategies: readonly Strategy[],
  options: ReplayOptions = {},
): ReplayReport {
  const recorded = recordedRun(facts)
  const replays = strategies.map((strategy) => replayUnder(recorded, strategy, options))
  return compareReplays(facts, recorded, replays)
}
