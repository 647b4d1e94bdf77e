import { escapeHtml } from '../explain/page/escape-html.ts'
import { shown } from './certificate-text.ts'
import type { Distribution } from './distribution.ts'

/** A row of a chart of spreads. */
export interface SpreadRow {
  readonly label: string
  readonly spread: Distribution
  /** Set above the first row of a group. */
  readonly group?: string
}

/** A row of stacked parts, which are shares of a whole. */
export interface StackRow {
  readonly label: string
  readonly parts: readonly number[]
  /** A mark on the bar, as a share of the whole, and what it is. */
  readonly mark: { readonly at: number; readonly name: string }
}

const WIDTH = 720
const LEFT = 96
const RIGHT = 56
const ROW = 20
const GROUP = 26
const TICKS_MAX = 6

/** Median as a dot, the 95th percentile as a bar and the largest as a tick, on one axis that begins at 1. */
export function spreadChart(title: string, rows: readonly SpreadRow[]): string {
  const most = Math.max(1.2, ...rows.map(({ spread }) => spread.max))
  const x = (value: number) => LEFT + (Math.max(0, value - 1) / (most - 1)) * (WIDTH - LEFT - RIGHT)
  const marks: string[] = []
  let y = 8
  for (const { label, spread, group } of rows) {
    if (group !== undefined) {
      y += GROUP
      marks.push(text(0, y - 6, group, 'group'))
    }
    const middle = y + ROW / 2
    const [p50, p95, max] = [x(spread.p50), x(spread.p95), x(spread.max)]
    marks.push(
      `<g><title>${escapeHtml(`${group ?? ''} ${label}: p50 ${shown(spread.p50)}, p95 ${shown(spread.p95)}, max ${shown(spread.max)}`)}</title>`,
      `<rect class="hit" x="0" y="${y}" width="${WIDTH}" height="${ROW}"/>`,
      text(LEFT - 12, middle + 4, label, 'label'),
      line(x(1), middle, max, middle, 'whisker'),
      `<rect class="spread" x="${x(1)}" y="${middle - 4}" width="${Math.max(0, p95 - x(1)).toFixed(1)}" height="8" rx="3"/>`,
      line(max, middle - 5, max, middle + 5, 'tick'),
      `<circle class="dot" cx="${p50.toFixed(1)}" cy="${middle}" r="4"/>`,
      text(max + 8, middle + 4, shown(spread.max), 'value'),
      '</g>',
    )
    y += ROW
  }
  return svg(title, y + 26, [axis(most, x, y), ...marks])
}

/** Shares of a whole, one bar per row, and where on it the mark lies. */
export function stackChart(title: string, names: readonly string[], rows: readonly StackRow[]): string {
  const most = Math.max(1, ...rows.map(({ mark }) => mark.at))
  const x = (share: number) => LEFT + (share / most) * (WIDTH - LEFT - RIGHT)
  const marks = rows.flatMap(({ label, parts, mark }, row) => {
    const y = 8 + row * 34
    let from = 0
    const bars = parts.map((part, index) => {
      const start = x(from)
      from += part
      const width = Math.max(0, x(from) - start - 2)
      const name = `${label}: ${names[index] ?? ''} ${Math.round(part * 100)} %`
      const inside = width < 34 ? '' : text(start + width / 2, y + 16, `${Math.round(part * 100)} %`, 'inside')
      return `<g><title>${escapeHtml(name)}</title><rect class="part${index}" x="${start.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="22" rx="3"/>${inside}</g>`
    })
    const at = x(mark.at)
    const what = `<g><title>${escapeHtml(`${mark.name} ${shown(mark.at)}`)}</title>${line(at, y - 5, at, y, 'mark')}${line(at, y + 22, at, y + 27, 'mark')}</g>`
    return [text(LEFT - 12, y + 16, label, 'label'), ...bars, what]
  })
  return svg(title, 8 + rows.length * 34, marks)
}

// ---------------------------------------------------------------------------------------------

function svg(title: string, height: number, marks: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">${marks.join('')}</svg>`
}

function axis(most: number, x: (value: number) => number, bottom: number): string {
  const step = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10].find((size) => (most - 1) / size <= TICKS_MAX) ?? 20
  const marks: string[] = []
  for (let tick = 0; 1 + tick * step <= most + 1e-9; tick += 1) {
    const value = 1 + tick * step
    marks.push(line(x(value), 8, x(value), bottom, tick === 0 ? 'base' : 'grid'))
    marks.push(text(x(value), bottom + 16, String(Math.round(value * 100) / 100), 'scale'))
  }
  return marks.join('')
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2}"/>`
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escapeHtml(content)}</text>`
}
