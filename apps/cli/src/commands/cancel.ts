import { Command } from 'commander'
import { print, printJson, withExample, withStateOptions, type Cli, type StateOptions } from '../cli.ts'
import { factsOf } from '../follow-facts.ts'
import { printable } from '../render/printable.ts'

interface CancelOptions extends StateOptions {
  readonly reason: string
}

/** `bosun cancel RUN`: ends a run, in whatever process it is managed. */
export function cancelCommand(cli: Cli): Command {
  const command = new Command('cancel')
    .summary('end a run')
    .description('Ends a run: nothing more is started, what runs is stopped, and the run ends cancelled.')
    .argument('<run>', 'id of the run, the beginning of it, or "last"')
    .option('--reason <text>', 'why, for the journal', 'cancelled by hand')
  withExample(withStateOptions(command), 'bosun cancel last --reason "wrong goal"')
  return command.action(async (named: string, options: CancelOptions) => {
    const { withRun } = await import('../with-state.ts')
    await withRun(cli, options, named, async (state, run) => {
      // A journal that cannot be read has no end to be told of; what is wrong with it is said instead.
      await factsOf(state, run)
      await state.submit(run, { kind: 'cancel', body: { scope: { kind: 'run' }, reason: options.reason } })
      if (options.json === true) await printJson(cli, { run, cancelled: true })
      else await print(cli, [`run ${printable(run)} is cancelled`])
    })
  })
}
