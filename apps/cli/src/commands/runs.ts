import type { RunSummary, Usage } from '@bosun/core'
import { Command } from 'commander'
import { paintOf, printFitted, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import type { State } from '../engine.ts'
import { renderRuns } from '../render/run-list.ts'
import { UsageFold } from '../render/usage.ts'

interface RunsOptions extends StateOptions {
  readonly watch?: boolean
}

/** `bosun runs`: the runs of a state folder. */
export function runsCommand(cli: Cli): Command {
  const command = new Command('runs')
    .summary('list the runs')
    .description(
      'Lists the runs of a project, the latest first. A run whose process has died is orphaned, and can be taken over.',
    )
    .option('-w, --watch', 'follow the list until Ctrl-C')
  withExample(withStateOptions(command), 'bosun runs', 'bosun runs --watch')
  return command.action(async (options: RunsOptions) => {
    const { withState } = await import('../with-state.ts')
    await withState(cli, options, async (state) => {
      if (options.watch === true) {
        const { watchRuns } = await import('../watch-runs.ts')
        await watchRuns(cli, state, options)
        return
      }
      const runs = await state.runs()
      if (options.json === true)
        for (const run of runs) await printJson(cli, { ...run, usage: await usageOf(state, run) })
      else await printFitted(cli, renderRuns(runs, cli.terminal.now(), paintOf(cli)))
    })
  })
}

// ---------------------------------------------------------------------------------------------

/** What a run has used in all; nobody can say it of a journal that cannot be read, or is not there yet. */
async function usageOf(state: State, { run, facts }: RunSummary): Promise<Usage | undefined> {
  if (facts === 0) return undefined
  const fold = new UsageFold()
  for await (const facts of state.facts(run)) for (const fact of facts) fold.take(fact)
  return fold.usage().total
}
