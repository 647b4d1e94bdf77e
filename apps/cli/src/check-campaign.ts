import {
  explainFailure,
  htmlTimeline,
  loadSubject,
  reportText,
  runCampaignInThreads,
  type CampaignReport,
  type Explanation,
  type ThreadedOptions,
} from '@bosun/simulation'
import { resolve } from 'node:path'
import type { CheckedModule, CheckFlags } from './check-flags.ts'
import { columnsOf, paintOf, print, printJson, say, type Cli } from './cli.ts'
import type { CheckExitCode } from './exit-codes.ts'
import { exportsOptions } from './exports-options.ts'
import { storyOf, testOf, widthOfReport } from './render/check-story.ts'
import { watchCheck } from './render/watch-check.ts'
import { wantsColour } from './terminal.ts'
import { writePage } from './write-page.ts'

/** Runs a campaign on a module and tells what it found; returns the exit code that says it. */
export async function runCheck(cli: Cli, module: CheckedModule, flags: CheckFlags): Promise<CheckExitCode> {
  const report = await campaign(cli, module, flags)
  const told = flags.json === true && flags.html === undefined ? [] : await explained(module, flags, report)
  if (flags.json === true) await printJson(cli, report)
  else
    await print(cli, [
      ...headOf(cli, module, report),
      ...told.flatMap((story, index) => linesOf(cli, story, index === 0)),
    ])
  if (flags.html !== undefined) await writeTimeline(cli, flags.html, told[0])
  return report.exitCode
}

// ---------------------------------------------------------------------------------------------

async function campaign(cli: Cli, { named, url }: CheckedModule, flags: CheckFlags): Promise<CampaignReport> {
  const { seconds, schedules, seed, lane, threads, corpus } = flags
  const watch = flags.json === true ? undefined : watchCheck(named, cli.terminal, paintOf(cli))
  try {
    return await runCampaignInThreads(url, {
      ...present({ seconds, schedules, seed, lane, threads }),
      ...(corpus === undefined ? {} : { corpus: resolve(cli.terminal.cwd, corpus) }),
      ...(watch === undefined ? {} : { onProgress: watch.onProgress }),
    })
  } finally {
    watch?.close()
  }
}

function present<K extends keyof ThreadedOptions>(options: { [P in K]: ThreadedOptions[P] | undefined }) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Pick<
    ThreadedOptions,
    K
  >
}

/** The failures that have a schedule, each explained. */
async function explained(
  { named, url }: CheckedModule,
  { lane }: CheckFlags,
  { failures, difference }: CampaignReport,
): Promise<readonly Explanation[]> {
  // What does not go the same way again cannot be shown.
  if (difference !== undefined || failures.every(({ shown }) => shown === undefined)) return []
  const setting = await loadSubject(url, lane)
  const module = { module: named, hasOptions: lane !== 'sealed' && (await exportsOptions(url)) }
  const told: Explanation[] = []
  for (const failure of failures) {
    // oxlint-disable-next-line no-await-in-loop -- lanes of code that waits take turns anyhow
    const explanation = await explainFailure(setting, failure, module)
    if (explanation !== undefined) told.push(explanation)
  }
  return told
}

/** The verdict in its colour, and the account of what was tried. */
function headOf(cli: Cli, { named, url }: CheckedModule, report: CampaignReport): readonly string[] {
  const paint = paintOf(cli)
  const [verdict = '', ...rest] = reportText(report, widthOfReport(columnsOf(cli)))
    .replaceAll(url, named)
    .split('\n')
  const colour = { pass: paint.good, fail: paint.bad, inconclusive: paint.warn }[report.verdict]
  return [colour(verdict), ...rest]
}

/** A failure whole; of those after the first, the test is shown when they are replayed. */
function linesOf(cli: Cli, story: Explanation, isFirst: boolean): readonly string[] {
  const { out, env } = cli.terminal
  const lines = ['', ...storyOf(story, columnsOf(cli), wantsColour(out, env))]
  return isFirst ? [...lines, '', ...testOf(story)] : lines
}

async function writeTimeline(cli: Cli, file: string, story: Explanation | undefined): Promise<void> {
  if (story === undefined) await say(cli, 'bosun: there is no schedule to draw, so no page was written')
  else await writePage(cli, file, htmlTimeline(story))
}
