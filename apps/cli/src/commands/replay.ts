import { Command } from 'commander'
import { print, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'

interface ReplayOptions extends StateOptions {
  readonly strategy?: readonly string[]
}

/** `bosun replay RUN`: what a run would have been under other strategies. */
export function replayCommand(cli: Cli): Command {
  const command = new Command('replay')
    .summary('replay a run under other strategies')
    .description(
      'Replays a run, or an exported file, under other strategies, with the recorded durations and results; no worker, ' +
        'planner or model is called. Under the strategy of the run itself it has to come to the same task states and ' +
        'result: it ends with 1 when it does not.',
    )
    .argument('[run]', 'a run (id, the beginning of it, or "last"), or the file of an export', 'last')
    .option(
      '--strategy <name>',
      'name of a built-in strategy, or a module; may be repeated (default: that of the run and all built-in ones)',
      (named: string, before: readonly string[] = []) => [...before, named],
    )
  withExample(
    withStateOptions(command),
    'bosun replay last',
    'bosun replay run.ndjson --strategy fifo --strategy ./my-strategy.ts',
  )
  return command.action(async (named: string, options: ReplayOptions) => {
    const { factsNamed } = await import('../facts-named.ts')
    const { replayReportText } = await import('@bosun/simulation')
    const { replayRun } = await import('../replay-run.ts')
    const { facts } = await factsNamed(cli, named, options)
    const { report, ownDiffers } = await replayRun(facts, options.strategy ?? [], cli.terminal.cwd)
    if (options.json === true) await printJson(cli, report)
    else await print(cli, [replayReportText(report).trimEnd()])
    cli.exit(ownDiffers ? EXIT.failed : EXIT.completed)
  })
}
