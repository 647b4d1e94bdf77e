import { join } from 'node:path'
import { runCampaignInThreads, type CampaignReport, type ThreadedOptions } from '@bosun/simulation'
import { Rounds } from './rounds.ts'
import { withRound, type SubjectTotal } from './subject-total.ts'

/** What a long campaign is about. */
export interface CampaignsPlan {
  /** The subjects: files as they were named, and as something to import. */
  readonly modules: readonly { readonly named: string; readonly url: string }[]
  /** For how long. Absent: each subject gets one round. */
  readonly seconds?: number
  /** Schedules of each subject; only where no time is given. */
  readonly schedules?: number
  /** Seconds of one round of one subject. Default 60. */
  readonly roundSeconds?: number
  /** Seed of the first round. Default 1; with a corpus, where the last campaign ended. */
  readonly seed?: number
  readonly threads?: number
  /** Folder with a corpus for each subject. */
  readonly corpus?: string
  readonly shares?: ThreadedOptions['shares']
}

/** Who is told, and who can end it. */
export interface CampaignsWatch {
  /** Called after each round of a subject, with all totals so far. */
  onRound(named: string, latest: CampaignReport, totals: readonly SubjectTotal[]): Promise<void> | void
  /** Ends the campaign after the round at hand. */
  readonly signal?: AbortSignal
}

const ROUND_SECONDS = 60

/**
 * Runs the subjects by turns, a round each, until the time is over. What a round finds is in the
 * corpus of its subject and is tried first in the next one.
 */
export async function runCampaigns(plan: CampaignsPlan, watch: CampaignsWatch): Promise<readonly SubjectTotal[]> {
  const { modules, seconds = 0, roundSeconds = ROUND_SECONDS, corpus } = plan
  const rounds = new Rounds(corpus, plan.seed)
  const totals = new Map<string, SubjectTotal>()
  const until = performance.now() + seconds * 1_000
  do {
    for (const { named, url } of modules) {
      if (watch.signal?.aborted === true) break
      const left = (until - performance.now()) / 1_000
      if (seconds > 0 && left <= 0) break
      const bound = seconds > 0 ? { seconds: Math.min(roundSeconds, left) } : schedulesOf(plan)
      // oxlint-disable-next-line no-await-in-loop -- a round takes all threads
      const report = await runCampaignInThreads(url, {
        ...bound,
        ...searchOf(plan),
        seed: rounds.take(named),
        ...(corpus === undefined ? {} : { corpus: join(corpus, folderOf(named)) }),
      })
      totals.set(named, withRound(named, report, totals.get(named)))
      // oxlint-disable-next-line no-await-in-loop -- told in order
      await watch.onRound(named, report, [...totals.values()])
    }
  } while (performance.now() < until && watch.signal?.aborted !== true)
  return [...totals.values()]
}

// ---------------------------------------------------------------------------------------------

function schedulesOf({ schedules }: CampaignsPlan): Pick<ThreadedOptions, 'schedules'> {
  return schedules === undefined ? {} : { schedules }
}

function searchOf({ threads, shares }: CampaignsPlan): Pick<ThreadedOptions, 'threads' | 'shares'> {
  return { ...(threads === undefined ? {} : { threads }), ...(shares === undefined ? {} : { shares }) }
}

/** A name for the folder of a subject: `examples-strategies-mine-ts`. */
function folderOf(named: string): string {
  return named.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '')
}
