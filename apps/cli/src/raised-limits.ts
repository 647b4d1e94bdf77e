import { BosunError, LimitsSchema, type Limits } from '@bosun/core'
import { closestOf } from './closest.ts'
import { timeSpan } from './number-flag.ts'
import { quoted } from './render/printable.ts'

type LimitName = keyof Limits

/** Limits by name. */
export function entriesOf(limits: Partial<Limits>): readonly (readonly [LimitName, number])[] {
  return Object.entries(limits) as (readonly [LimitName, number])[]
}

/** `name=value` of each. @throws USAGE */
export function parseLimits(given: readonly string[]): Partial<Limits> {
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

/** A limit that is lowered under a run that counts on it would end it; that is what `cancel` is for. @throws USAGE */
export function assertHigher(limits: Partial<Limits>, now: Limits): void {
  for (const [name, value] of entriesOf(limits)) {
    if (value > now[name]) continue
    throw new BosunError('USAGE', { at: name, expected: `more than ${now[name]}`, received: `${value}` })
  }
}
