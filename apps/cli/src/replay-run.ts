import type { Fact, Strategy } from '@bosun/core'
import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { replayReport, type ReplayReport } from '@bosun/simulation'
import { strategyNamed } from './strategy-named.ts'

/** Replays of one run, and whether the one under its own strategy came to something else. */
export interface Replays {
  readonly report: ReplayReport
  readonly ownDiffers: boolean
}

/** Replays a run under the strategies that are named; under its own and the built-in ones when none is. */
export async function replayRun(facts: readonly Fact[], named: readonly string[], cwd: string): Promise<Replays> {
  const [first] = facts
  const own = first?.type === 'run.started' ? first.config.strategy : undefined
  const strategies = named.length === 0 ? ownFirst(own) : await Promise.all(named.map((one) => strategyNamed(one, cwd)))
  const report = replayReport(facts, strategies)
  const ownDiffers = report.rows.some(
    ({ strategy, differences, unknown }) => strategy === own && differences.length + unknown.length > 0,
  )
  return { report, ownDiffers }
}

// ---------------------------------------------------------------------------------------------

function ownFirst(own: string | undefined): readonly Strategy[] {
  return BUILT_IN_STRATEGIES.toSorted((one, other) => Number(other.name === own) - Number(one.name === own))
}
