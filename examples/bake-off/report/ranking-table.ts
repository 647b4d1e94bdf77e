import type { Place } from './ranking.ts'
import { VERDICTS } from './scoreboard.ts'

/** The ranking as text for a terminal: one line for each implementation, the first on top. */
export function rankingTable(places: readonly Place[]): string {
  const rows = places.map(({ rank, name, version, counts, of, timesTheFastest }) => [
    `${rank}`,
    name,
    version,
    `${counts.right}/${of}`,
    ...VERDICTS.slice(1).map((verdict) => `${counts[verdict]}`),
    timesText(timesTheFastest),
  ])
  const head = ['', 'implementation', 'version', 'right', 'wrong', 'threw', 'crashed', 'timed out', 'time']
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

/** `×2.4`: as many times as long as the fastest. */
export function timesText(times: number | undefined): string {
  return times === undefined ? '–' : `×${times < 9.95 ? times.toFixed(1) : Math.round(times)}`
}
