import { drawAcross } from './across.ts'
import { column, wrap } from './cells.ts'
import { drawDown } from './down.ts'
import type { Explanation } from './explanation.ts'
import { paintFor } from './paint.ts'
import { printable } from './printable.ts'
import { tellable } from './slice.ts'

export interface TextTimelineOptions {
  /** Cells of a line. Default 80, at least 40. A command that can be copied is never broken. */
  readonly width?: number
  /** Whether to use the colours of a terminal. Default false. */
  readonly color?: boolean
}

/** Events that a text tells; the page has them all. */
const EVENTS_MAX = 20

/**
 * The explanation for a terminal: what broke, a lane for each slot that has to do with it, why in
 * three lines, and the command that shows it again. Few events are drawn from left to right, more
 * of them from top to bottom.
 *
 * @example
 * console.log(textTimeline(explain(trace, { repro, module: 'survey.ts' }), { width: 100, color: true }))
 */
export function textTimeline(explanation: Explanation, options: TextTimelineOptions = {}): string {
  const { verdict, cause, story, slice, blamed } = explanation
  const width = Math.max(40, options.width ?? 80)
  const paint = paintFor(options.color ?? false)
  const told = blamed.length === 0 ? firstEvents(explanation) : tellable(story, slice, blamed, EVENTS_MAX)
  const [first = '', ...rest] = wrap(`${headingOf(explanation)}${verdict.sentence}`, width - 2)
  const across = drawAcross(story, told, blamed.at(-1), width, paint)
  const lines = [verdict.broke === 'nothing' ? first : paint.wrong(first), ...rest.map((line) => `  ${line}`)]
  lines.push(...(across ?? drawDown(story, told, blamed, width, paint)))
  const left = slice.all.length - told.length
  if (across === undefined && left > 0) lines.push(paint.dim(`  and ${left} further events that led to it`))
  if (verdict.broke !== 'nothing') {
    lines.push('', ...paragraph('what', cause.clause, width, paint.bold))
    lines.push(...paragraph('first', cause.divergence, width, paint.bold))
    lines.push(...paragraph('chain', cause.chain, width, paint.bold))
    for (const flip of explanation.twin?.flips ?? []) {
      lines.push(...paragraph('flip', flip.sentence, width, paint.bold))
    }
  }
  return [...lines, '', ...footer(explanation, width)].join('\n')
}

/** The command that runs the schedule again. */
export function replayCommand({ module, repro }: Pick<Explanation, 'module' | 'repro'>): string {
  return `bosun check ${shellWord(printable(module))} --replay ${shellWord(printable(repro))}`
}

/** How large the counterexample is: `6 facts, shrunk from 148 in 0.4 s`. */
export function sizeOf({ facts, shrunkFrom }: Explanation): string {
  const size = `${facts} ${facts === 1 ? 'fact' : 'facts'}`
  return shrunkFrom === undefined
    ? size
    : `${size}, shrunk from ${shrunkFrom.facts} in ${(shrunkFrom.ms / 1000).toFixed(1)} s`
}

// ---------------------------------------------------------------------------------------------

function headingOf({ verdict }: Explanation): string {
  if (verdict.broke === 'nothing') return '✓ '
  return `✗ ${verdict.id}${verdict.title === '' ? '' : ` ${verdict.title}`}: `
}

/** Of a schedule that broke nothing, what fits. */
function firstEvents({ story }: Explanation): readonly number[] {
  const from = story.events.map(({ index }) => index)
  return tellable(
    story,
    { all: from, distance: new Map(from.map((index) => [index, index])), next: new Map() },
    [],
    EVENTS_MAX,
  )
}

function paragraph(name: string, text: string, width: number, paint: (text: string) => string): readonly string[] {
  return wrap(text, width - 9).map((line, row) => `  ${paint(column(row === 0 ? name : '', 5))}  ${line}`)
}

function footer(explanation: Explanation, width: number): readonly string[] {
  const [size, command] = [sizeOf(explanation), replayCommand(explanation)]
  const line = `  ${size} · ${command}`
  return line.length <= width ? [line] : [`  ${size}`, `  ${command}`]
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
