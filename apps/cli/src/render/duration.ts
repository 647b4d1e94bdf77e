/** A span of time as people read it: `840 ms`, `3.2 s`, `1:05`, `2:00:09`. */
export function duration(ms: number): string {
  const span = Math.max(0, Math.round(ms))
  if (span < 1000) return `${span} ms`
  if (span < 60_000) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`
  const seconds = Math.floor(span / 1000)
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** A moment in universal time, to the second. */
export function moment(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}

/** `1 task`, `3 tasks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
