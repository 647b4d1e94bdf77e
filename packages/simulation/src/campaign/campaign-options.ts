import type { Goal } from '@bosun/invariants'
import type { Shard } from '../search/enumeration.ts'
import type { SourceName } from '../search/source.ts'

/** How a campaign is run. */
export interface CampaignOptions {
  /** Schedules to run. Default 20,000, or as many as the seconds allow. */
  readonly schedules?: number
  /** Seconds after which it ends, whatever was run by then. Default: it is bounded by schedules alone. */
  readonly seconds?: number
  /** What is drawn at random follows from it. Default 1. */
  readonly seed?: number
  /** Folder of counterexamples: those in it are tried first, and new ones are saved there. Default: none. */
  readonly corpus?: string
  /** How many of a hundred schedules each source gets. Default: `DEFAULT_SHARES`. */
  readonly shares?: Partial<Record<SourceName, number>>
  /** The share of passing schedules that is run twice and compared. Default 0.05; failing ones always are. */
  readonly determinismShare?: number
  /** What is watched for, so that the report can say what was not reached. Default: the goals of the core. */
  readonly goals?: readonly Goal[]
  /**
   * The goals without which the campaign proves too little to pass, by id. Default: those that 2,000 schedules
   * of all graphs and faults reach under any strategy, once there were as many; else none.
   */
  readonly goalsRequired?: readonly string[]
  /** Different failures after which it ends. Default 5. */
  readonly failuresMax?: number
  /** Called about once a second. */
  readonly onProgress?: (progress: CampaignProgress) => void
}

/** Where a campaign stands. */
export interface CampaignProgress {
  readonly schedules: number
  readonly schedulesPerSecond: number
  readonly failures: readonly string[]
  readonly goalsReached: number
  readonly goalsCount: number
}

/** What only whoever runs a part of a campaign says. */
export interface PartOptions extends CampaignOptions {
  readonly shard?: Shard
  /** Called with every schedule: the sign of life for a watchdog. */
  readonly beat?: () => void
}
