import { Command } from 'commander'
import { paintOf, printFitted, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { renderRuns } from '../render/run-list.ts'

/** `bosun runs`: the runs of a state folder. */
export function runsCommand(cli: Cli): Command {
  const command = new Command('runs')
    .summary('list the runs')
    .description('Lists the runs of a project, the latest first.')
  withExample(withStateOptions(command), 'bosun runs')
  return command.action(async (options: StateOptions) => {
    const { withState } = await import('../with-state.ts')
    await withState(cli, options, async (state) => {
      const runs = await state.runs()
      if (options.json === true) for (const run of runs) await printJson(cli, run)
      else await printFitted(cli, renderRuns(runs, paintOf(cli)))
    })
  })
}
