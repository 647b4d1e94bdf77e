import { textTable } from './text-table.ts'
import type { ReplayReport } from './replay-report.ts'
import type { Timing } from './timing.ts'

/** Differences that are named; of more, only their number. */
const NAMED_MAX = 5

/** A report of replays for a terminal: a table, then whatever came out otherwise than in the record. */
export function replayReportText({ run, recorded, rows }: ReplayReport): string {
  const table = textTable(
    ['strategy', 'makespan', 'idle', 'longest wait', 'came to'],
    [
      [`${recorded.strategy} (as it ran)`, ...cells(recorded), 'the record'],
      ...rows.map((row) => [row.strategy, ...cells(row), cameTo(row.differences.length, row.unknown.length)]),
    ],
  )
  const notes = rows.flatMap(({ strategy, differences, unknown }) => [
    ...listed(`${strategy}:`, differences),
    ...listed(`${strategy}: the record does not tell how these attempts end:`, unknown),
  ])
  return [
    `run ${run}, ${recorded.tasks} tasks.`,
    'Replays take the recorded durations and results and call no worker or model.',
    '',
    table,
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n')
}

function cells({ makespanMs, idleMs, longestWaitMs, longestWait }: Timing): readonly string[] {
  return [
    `${makespanMs} ms`,
    `${idleMs} ms`,
    `${longestWaitMs} ms${longestWait === undefined ? '' : ` ${longestWait}`}`,
  ]
}

function cameTo(differences: number, unknown: number): string {
  if (unknown > 0) return 'what the record does not tell'
  return differences === 0 ? 'the same states and result' : `${differences} differences`
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return []
  const more = lines.length > NAMED_MAX ? [`  and ${lines.length - NAMED_MAX} more`] : []
  return [title, ...lines.slice(0, NAMED_MAX).map((line) => `  ${line}`), ...more]
}
