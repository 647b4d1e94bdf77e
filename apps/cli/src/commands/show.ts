import { Command } from 'commander'
import {
  columnsOf,
  paintOf,
  print,
  printJson,
  stateFlags,
  withExample,
  withStateOptions,
  type Cli,
  type StateOptions,
} from '../cli.ts'
import { factsOf } from '../follow-facts.ts'

/** `bosun show RUN`: one run on a page. */
export function showCommand(cli: Cli): Command {
  const command = new Command('show')
    .summary('show one run and its tasks')
    .description('Shows a run: its goal, its configuration, and every task with its state and owner.')
    .argument('[run]', 'id of the run, the beginning of it, or "last"', 'last')
  withExample(withStateOptions(command), 'bosun show last')
  return command.action(async (named: string, options: StateOptions) => {
    const { withRun } = await import('../with-state.ts')
    const { renderRun, runJson } = await import('../render/run-page.ts')
    await withRun(cli, options, named, async (state, run) => {
      const facts = await factsOf(state, run)
      const view = await state.view(run)
      if (options.json === true) await printJson(cli, runJson(facts, view))
      else await print(cli, renderRun(facts, view, paintOf(cli), columnsOf(cli), stateFlags(options)))
    })
  })
}
