import type { Command } from 'commander'
import { act, actCommand, resumeLine, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { printable } from '../render/printable.ts'

/** `bosun pause RUN`: nothing more is started, in whatever process the run is managed. */
export function pauseCommand(cli: Cli): Command {
  const command = actCommand(
    'pause',
    'start nothing more in a run',
    'Pauses a run: nothing more is started, what runs may end, and the process of the run ends with 5.',
  )
  withExample(withStateOptions(withReason(command, 'paused by hand')), 'bosun pause last --reason "the disk is full"')
  return command.action(async (named: string, options: ActOptions) => {
    await act(cli, options, named, (_, run) => {
      const next = `Go on with: ${resumeLine(run, options)}`
      return Promise.resolve({
        kind: 'pause',
        body: { reason: options.reason ?? '' },
        told: ({ managedBy }) =>
          managedBy === undefined
            ? [`run ${printable(run)} is paused. ${next}`]
            : [
                `run ${printable(run)} starts nothing more; process ${managedBy} ends when what runs has ended. ${next}`,
              ],
        unchanged: [`run ${printable(run)} was paused already. ${next}`],
        mustChange: false,
      })
    })
  })
}
