import { BosunError, LimitsSchema, type Json, type Limits } from '@bosun/core'
import type { Command } from 'commander'
import { act, actCommand, carriedOn, type ActOptions } from '../act-command.ts'
import { withExample, withStateOptions, type Cli } from '../cli.ts'
import { closestOf } from '../closest.ts'
import { timeSpan } from '../number-flag.ts'
import { printable, quoted } from '../render/printable.ts'

/** `bosun raise-limit RUN NAME=VALUE…`: more of what a run may use. */
export function raiseLimitCommand(cli: Cli): Command {
  const command = actCommand(
    'raise-limit',
    'let a run use more',
    `Raises limits of a run that has not ended: ${Object.keys(LimitsSchema.shape).join(', ')}.`,
  ).argument('<limits...>', 'name=value; a time may be written 30s, 5m, 2h')
  withExample(withStateOptions(command), 'bosun raise-limit last tokensMax=2000000 wallTimeMs=4h')
  return command.action(async (named: string, given: readonly string[], options: ActOptions) => {
    const limits = parseLimits(given)
    await act(cli, options, named, async (state, run) => {
      const now = (await state.view(run)).config.limits
      assertHigher(limits, now)
      return {
        kind: 'raise-limit',
        body: { limits: limits as Record<string, Json> },
        told: (answer) => [
          ...entriesOf(limits).map(([name, value]) => `${name} of run ${printable(run)}: ${now[name]} → ${value}`),
          ...carriedOn(run, answer, options),
        ],
        unchanged: [`run ${printable(run)} has ended meanwhile; no limit was raised`],
      }
    })
  })
}

// ---------------------------------------------------------------------------------------------

type LimitName = keyof Limits

function entriesOf(limits: Partial<Limits>): readonly (readonly [LimitName, number])[] {
  return Object.entries(limits) as (readonly [LimitName, number])[]
}

function parseLimits(given: readonly string[]): Partial<Limits> {
  return Object.fromEntries(given.map(parseLimit))
}

function parseLimit(text: string): readonly [LimitName, number] {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (!isLimit(name)) {
    const names = Object.keys(LimitsSchema.shape)
    const meant = closestOf(name || text, names)
    throw new BosunError('USAGE', {
      at: quoted(text),
      expected: `name=value with one of ${names.join(', ')}`,
      ...(meant === undefined ? {} : { fix: `Did you mean ${meant}=…?` }),
    })
  }
  const number = /^\d{1,16}$/.test(value) ? Number(value) : name.endsWith('Ms') ? timeSpan(value) : Number.NaN
  const checked = LimitsSchema.shape[name].safeParse(number)
  if (checked.success) return [name, checked.data]
  throw new BosunError('USAGE', { at: quoted(text), expected: checked.error.issues[0]?.message ?? 'a whole number' })
}

function isLimit(name: string): name is LimitName {
  return Object.hasOwn(LimitsSchema.shape, name)
}

/** What is lowered under a run that counts on it would end it; that is said by `cancel`. */
function assertHigher(limits: Partial<Limits>, now: Limits): void {
  for (const [name, value] of entriesOf(limits)) {
    if (value > now[name]) continue
    throw new BosunError('USAGE', { at: name, expected: `more than ${now[name]}`, received: `${value}` })
  }
}
