/** Longest time that a provider can ask for: nobody knows more than a day ahead. */
const RETRY_AFTER_MS_MAX = 86_400_000

/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms`, or `retry-after` as
 * seconds or as a date.
 *
 * @param headers with names in lower case
 * @param date the calendar's now, which a date is compared with
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, date: number): number | undefined {
  const ms = amount(headers['retry-after-ms'])
  if (ms !== undefined) return bounded(ms)
  const after = headers['retry-after']
  const seconds = amount(after)
  if (seconds !== undefined) return bounded(seconds * 1_000)
  const until = after?.trim().endsWith('GMT') === true ? Date.parse(after) : Number.NaN
  return Number.isNaN(until) ? undefined : bounded(until - date)
}

function amount(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MS_MAX)
}
