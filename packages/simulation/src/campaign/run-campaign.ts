import type { Setting } from '../subject/setting.ts'
import type { CampaignOptions } from './campaign-options.ts'
import { runCampaignPart } from './campaign-part.ts'
import { reportOf, type CampaignReport } from './campaign-report.ts'
import { saveToCorpus } from './corpus.ts'

/**
 * Looks for a schedule that breaks something, and says what it found: failures shrunk to the smallest
 * schedule that shows them, what was reached and what was not, and how much was tried.
 *
 * It runs in this thread; code that loops for ever hangs it. `runCampaignInThreads` does not hang.
 *
 * @example
 * import { composeStrategy } from '@bosun/kernel'
 * import { runCampaign, settingOf } from '@bosun/simulation'
 *
 * const strategy = composeStrategy({ name: 'mine' })
 * const report = await runCampaign(settingOf({ kind: 'strategy', strategy }), { schedules: 2_000 })
 * console.log(report.verdict) // pass
 */
export async function runCampaign(setting: Setting, options: CampaignOptions = {}): Promise<CampaignReport> {
  return finished(reportOf([await runCampaignPart(setting, options)], options), options)
}

/** Saves what a campaign found, where there is a place for it. */
export async function finished(report: CampaignReport, { corpus }: CampaignOptions): Promise<CampaignReport> {
  // What does not go the same way again is no counterexample.
  if (corpus === undefined || report.difference !== undefined) return report
  for (const { failure, violation, fault, shown } of report.failures) {
    if (shown === undefined) continue
    const sentence = violation?.sentence ?? fault?.message ?? ''
    // oxlint-disable-next-line no-await-in-loop -- a handful of small files
    await saveToCorpus(corpus, { failure, sentence, replay: shown.replay })
  }
  return report
}
