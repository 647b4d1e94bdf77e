import { reportText, runCampaignInThreads, type CampaignOptions } from '@bosun/simulation'
import { moduleOfSubject, VARIANTS } from './subject-modules.ts'

/** The reference strategies and every built-in manager: modules beside this one. */
const SUBJECTS = ['fifo', 'priority', 'critical-path', 'spread', 'work-stealing', ...VARIANTS] as const
const THREADS = 2

/** What all campaigns came to. */
export interface CampaignsReport {
  readonly schedules: number
  readonly perSecond: number
  readonly facts: number
  /** Goals of the catalogue that some campaign did not reach: told, and no fault. */
  readonly goalsOpen: number
  readonly failures: readonly string[]
}

/**
 * Runs a campaign of the harness for each subject, one after the other, so many schedules together,
 * and prints the report of each. A failure comes with the word that brings it back.
 */
export async function scheduleCampaigns(
  count: number,
  seed: number,
  tell: (done: number) => void,
  { subjects = SUBJECTS, ...options }: CampaignOptions & { readonly subjects?: readonly string[] } = {},
): Promise<CampaignsReport> {
  let [schedules, wallMs, facts, goalsOpen] = [0, 0, 0, 0]
  const failures: string[] = []
  for (const subject of subjects) {
    const before = schedules
    // Each takes all processors.
    // oxlint-disable-next-line no-await-in-loop
    const report = await runCampaignInThreads(moduleOfSubject(subject), {
      schedules: Math.ceil(count / subjects.length),
      threads: THREADS,
      seed,
      ...options,
      onProgress: (progress) => tell(before + progress.schedules),
    })
    schedules += report.schedules
    wallMs += report.wallMs
    facts += report.facts
    goalsOpen += report.goals.open.length
    console.log(`\n${reportText(report)}`)
    if (report.verdict === 'fail') failures.push(...report.reasons.map((reason) => `${subject}: ${reason}`))
  }
  return { schedules, perSecond: Math.round((schedules * 1_000) / wallMs), facts, goalsOpen, failures }
}
