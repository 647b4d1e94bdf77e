import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { printable } from '../render/printable.ts'

/** `bosun steer RUN TEXT`: tells the manager of a run something. */
export function steerCommand(cli: Cli): Command {
  const command = actCommand(
    'steer',
    'tell the manager of a run something',
    'Tells the manager of a run something. What it makes of it is its own affair; the message is in the journal.',
  ).argument('<text>', 'the message')
  withExample(withStateOptions(withReason(command, 'steered by hand')), 'bosun steer last "leave the tests alone"')
  return command.action(async (named: string, text: string, options: ActOptions) => {
    await act(cli, options, named, (_, run) =>
      Promise.resolve({
        kind: 'steer',
        body: { text, reason: options.reason ?? '' },
        told: (answer) => [`the manager of run ${printable(run)} is told`, ...carriedOn(run, answer, options)],
        unchanged: [`run ${printable(run)} has ended meanwhile; its manager was not told`],
      }),
    )
  })
}
