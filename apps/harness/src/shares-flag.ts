import type { ThreadedOptions } from '@bosun/simulation'
import { InvalidArgumentError } from 'commander'

type Shares = NonNullable<ThreadedOptions['shares']>

const NAMES = ['enumeration', 'swarm', 'pct', 'crashes', 'mutation'] as const

/** A parser for `swarm=50,pct=30`: how many of a hundred schedules each source gets; 0 leaves it out. */
export function shares(text: string): Shares {
  const parts = text.split(',').map((part) => /^([a-z]+)=(\d{1,3})$/.exec(part))
  const given = parts.map((found) => [NAMES.find((name) => name === found?.[1]), Number(found?.[2])] as const)
  if (given.every(([name, share]) => name !== undefined && share <= 100)) return Object.fromEntries(given) as Shares
  throw new InvalidArgumentError(`Expected shares such as swarm=50,pct=30, of ${NAMES.join(', ')}.`)
}
