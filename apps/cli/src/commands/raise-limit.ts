import type { Json } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, carriedOn, withReason, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { printable } from '../render/printable.ts'

/** `bosun raise-limit RUN NAME=VALUE…`: more of what a run may use. */
export function raiseLimitCommand(cli: Cli): Command {
  const command = actCommand(
    'raise-limit',
    'let a run use more',
    'Raises limits of a run that has not ended, by the names that they have in the config.',
  ).argument('<limits...>', 'name=value; a time may be written 30s, 5m, 2h')
  withExample(
    withStateOptions(withReason(command, 'raised by hand')),
    'bosun raise-limit last tokensMax=2000000 wallTimeMs=4h',
  )
  return command.action(async (named: string, given: readonly string[], options: ActOptions) => {
    const { assertHigher, entriesOf, parseLimits } = await import('../raised-limits.ts')
    const limits = parseLimits(given)
    await act(cli, options, named, async (state, run) => {
      const now = (await state.view(run)).config.limits
      assertHigher(limits, now)
      return {
        kind: 'raise-limit',
        body: { limits: limits as Record<string, Json>, reason: options.reason ?? '' },
        told: (answer) => [
          ...entriesOf(limits).map(([name, value]) => `${name} of run ${printable(run)}: ${now[name]} → ${value}`),
          ...carriedOn(run, answer, options),
        ],
        unchanged: [`run ${printable(run)} has ended meanwhile; no limit was raised`],
      }
    })
  })
}
