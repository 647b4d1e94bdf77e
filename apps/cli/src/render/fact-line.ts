import type { Fact } from '@bosun/core'
import { column } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { beginningOf, printable, printableJson } from './printable.ts'

/** Characters of one field that are shown. */
const FIELD_MAX = 160

/** A fact on one line: its number, the time since the run began, its type and its fields. */
export function factLine(fact: Fact, startedAt: number, paint: Paint = plainPaint): string {
  const { seq, at, cause: _, type, ...fields } = fact
  const time = `+${((at - startedAt) / 1000).toFixed(3)}`
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${paint.dim(`${name}=`)}${fieldText(value)}`)
  return [column(`${seq}`, 5, 'right'), paint.dim(column(time, 10, 'right')), paint.bold(type), ...shown].join(' ')
}

// ---------------------------------------------------------------------------------------------

function fieldText(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"=]+$/.test(value) ? printable(value) : printableJson(value)
  return text.length > FIELD_MAX ? `${beginningOf(text, FIELD_MAX)}…` : text
}
