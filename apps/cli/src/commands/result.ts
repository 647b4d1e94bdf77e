import { Command } from 'commander'
import { print, printJson, say, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { EXIT, exitCodeOfRun } from '../exit-codes.ts'
import { factsOf } from '../follow-facts.ts'
import { printable, printableJson } from '../render/printable.ts'

/** `bosun result RUN`: the value that the manager finished with. */
export function resultCommand(cli: Cli): Command {
  const command = new Command('result')
    .summary('print the result of a run')
    .description(
      'Prints the result of a run as JSON. For a run that failed it is the partial result, and the exit code says so.',
    )
    .argument('[run]', 'id of the run, the beginning of it, or "last"', 'last')
  withExample(withStateOptions(command), 'bosun result last > result.json')
  return command.action(async (named: string, options: StateOptions) => {
    const { withRun } = await import('../with-state.ts')
    const { reportOf, stateOf, tallyLine } = await import('../render/report.ts')
    await withRun(cli, options, named, async (state, run) => {
      const report = reportOf(await factsOf(state, run))
      const { end } = report
      if (end === undefined || !('result' in end)) {
        await say(
          cli,
          `bosun: run ${printable(run)} has no result: it is ${stateOf(report)}; ${tallyLine(report.tally)}.`,
        )
        cli.exit(end === undefined ? EXIT.failed : exitCodeOfRun(end, { rejected: false }))
        return
      }
      if (end.type !== 'run.completed')
        await say(
          cli,
          `bosun: run ${printable(run)} ${stateOf(report)}; this is its partial result. ${tallyLine(report.tally)}.`,
        )
      if (options.json === true) await printJson(cli, end.result)
      else await print(cli, [printableJson(end.result, 2)])
      cli.exit(exitCodeOfRun(end, { rejected: report.planError !== undefined }))
    })
  })
}
