import { divergenceText, explainReplay, htmlTimeline, loadSubject, printTrace } from '@bosun/simulation'
import type { CheckedModule, CheckFlags } from './check-flags.ts'
import { columnsOf, print, printJson, say, type Cli } from './cli.ts'
import { CHECK_EXIT, type CheckExitCode } from './exit-codes.ts'
import { exportsOptions } from './exports-options.ts'
import { storyOf, testOf } from './render/check-story.ts'
import { wantsColour } from './terminal.ts'
import { writePage } from './write-page.ts'

/** Shows one schedule again; the exit code says what it breaks now. */
export async function showReplay(
  cli: Cli,
  { named, url }: CheckedModule,
  { replay, lane, html, json }: CheckFlags & { readonly replay: string },
): Promise<CheckExitCode> {
  const setting = await loadSubject(url, lane)
  const module = { module: named, hasOptions: lane !== 'sealed' && (await exportsOptions(url)) }
  const { trace, explanation, divergences } = await explainReplay(setting, replay, module)
  for (const divergence of divergences) {
    // oxlint-disable-next-line no-await-in-loop -- lines in order
    await say(cli, `bosun: the code has changed since: ${divergenceText(divergence)}`)
  }
  if (json === true)
    await printJson(cli, { end: trace.end, hash: trace.hash, choices: trace.choices, events: trace.events })
  else {
    const { out, env } = cli.terminal
    const story = storyOf(explanation, columnsOf(cli), wantsColour(out, env))
    const isBroken = explanation.verdict.broke !== 'nothing'
    await print(cli, [
      ...printTrace(trace).split('\n'),
      '',
      ...story,
      ...(isBroken ? ['', ...testOf(explanation)] : []),
    ])
  }
  if (html !== undefined) await writePage(cli, html, htmlTimeline(explanation))
  const { violation, fault } = trace.end
  if (fault !== undefined) return CHECK_EXIT.crashed
  if (violation === undefined) return CHECK_EXIT.pass
  return violation.invariant.startsWith('L') ? CHECK_EXIT.liveness : CHECK_EXIT.safety
}
