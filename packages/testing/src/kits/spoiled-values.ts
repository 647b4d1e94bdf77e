import type { Json } from '@bosun/core'

/** Values that are otherwise than a good one in one respect each: what is missing, too much or of another type. */
export function spoiledValues(good: Json): readonly Json[] {
  const strangers: readonly Json[] = [null, true, -1.5, 'a text that nobody foresaw', [], {}, [[]], { unforeseen: 1 }]
  if (typeof good !== 'object' || good === null) return strangers
  const members = Array.isArray(good) ? [] : Object.entries(good)
  const spoiled = members.flatMap(([name, value]): Json[] => {
    const { [name]: _, ...others } = good as Readonly<Record<string, Json>>
    const foreign: readonly Json[] = [null, '', { of: 'another type' }, typeof value === 'string' ? 7 : 'text']
    return [others, ...foreign.map((other) => ({ ...others, [name]: other }))]
  })
  const grown = Array.isArray(good) ? [[...good, { unforeseen: 1 }]] : [{ ...good, unforeseen: 1 }]
  return [...strangers, ...grown, ...spoiled]
}
