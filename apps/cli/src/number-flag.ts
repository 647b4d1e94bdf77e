import { InvalidArgumentError } from 'commander'

/** A parser for a flag that takes a whole number. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(
      `Expected a whole number from ${min} ${max === Number.MAX_SAFE_INTEGER ? 'up' : `to ${max}`}.`,
    )
  }
}

/** A parser for a flag that takes a number, which may have a fraction. */
export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a number from ${min} to ${max}.`)
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A parser for a span of time: `500ms`, `30s`, `5m`, `2h`, `1d`; a bare number is seconds. */
export function timeSpan(text: string): number {
  const found = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text)
  const value = found === null ? Number.NaN : Number(found[1]) * (UNITS[found[2] ?? 's'] ?? Number.NaN)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Expected a span of time such as 500ms, 30s, 5m, 2h or 1d.')
}
