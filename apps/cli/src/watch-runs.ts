import type { RunSummary } from '@bosun/core'
import { paintOf, print, printFitted, printJson, type Cli, type StateOptions } from './cli.ts'
import type { State } from './engine.ts'
import { fitPainted } from './render/fit.ts'
import { printable } from './render/printable.ts'
import { renderRuns } from './render/run-list.ts'
import { Screen } from './render/screen.ts'
import { canRedraw } from './terminal.ts'

/** How often the list is looked at. */
const LOOK_MS = 500

/**
 * Follows the list of runs until it is interrupted: redrawn on a terminal, elsewhere a line for each run
 * whose state has changed, with `--json` an object.
 */
export async function watchRuns(cli: Cli, state: State, options: StateOptions): Promise<void> {
  const { terminal } = cli
  const redraws = canRedraw(terminal.out, terminal.env) && options.json !== true
  const screen = redraws ? new Screen(terminal.out) : undefined
  const interrupted = new AbortController()
  const release = terminal.onInterrupt(() => interrupted.abort())
  let before: readonly RunSummary[] | undefined
  try {
    while (!interrupted.signal.aborted) {
      const runs = await state.runs()
      if (screen !== undefined) screen.draw(shownOf(cli, runs))
      else await tell(cli, runs, before, options)
      before = runs
      await terminal.sleep(LOOK_MS)
    }
  } finally {
    screen?.close()
    release()
  }
}

// ---------------------------------------------------------------------------------------------

function shownOf(cli: Cli, runs: readonly RunSummary[]): readonly string[] {
  const { columns, rows } = cli.terminal.out
  return renderRuns(runs, cli.terminal.now(), paintOf(cli))
    .slice(0, Math.max(2, rows - 2))
    .map((line) => fitPainted(line, columns - 1))
}

async function tell(
  cli: Cli,
  runs: readonly RunSummary[],
  before: readonly RunSummary[] | undefined,
  { json }: StateOptions,
): Promise<void> {
  if (before === undefined && json !== true) {
    await printFitted(cli, renderRuns(runs, cli.terminal.now(), paintOf(cli)))
    return
  }
  for (const run of runs) {
    const was = before?.find((one) => one.run === run.run)?.state
    if (was === run.state) continue
    if (json === true) await printJson(cli, run)
    else await print(cli, [`${printable(run.run)} ${was === undefined ? run.state : `${was} → ${run.state}`}`])
  }
}
