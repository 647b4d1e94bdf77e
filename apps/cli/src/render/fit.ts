/** Signs that take two cells of a terminal: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u
const NO_WIDTH = /^\p{M}$/u

/** Cells that a printable text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += cellsOf(char)
  return width
}

/** The text in at most `columns` cells, with `…` where something was cut off. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns < 1) return ''
  let result = ''
  let width = 0
  for (const char of text) {
    width += cellsOf(char)
    if (width > columns - 1) break
    result += char
  }
  return `${result}…`
}

/** A part that colours a terminal, or one sign. */
// oxlint-disable-next-line no-control-regex -- the escape is what is looked for
const PAINTED = /\u001B\[[\d;]*m|./gsu
const RESET = '\u001B[0m'

/** The same for a line that was painted: what sets colours takes no cell, and none is left switched on. */
export function fitPainted(line: string, columns: number): string {
  if (!line.includes('\u001B')) return fit(line, columns)
  const parts = line.match(PAINTED) ?? []
  if (parts.reduce((width, part) => width + paintedCells(part), 0) <= columns) return line
  if (columns < 1) return ''
  let result = ''
  let width = 0
  for (const part of parts) {
    width += paintedCells(part)
    if (width > columns - 1) break
    result += part
  }
  return `${result}…${RESET}`
}

/** The text in exactly `columns` cells, cut off or filled up. */
export function column(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const fitted = fit(text, columns)
  const fill = ' '.repeat(Math.max(0, columns - widthOf(fitted)))
  return align === 'left' ? fitted + fill : fill + fitted
}

/** Of a terminal this wide, how much one column of a table may take. */
export function columnShare(columns: number): number {
  return Math.max(12, Math.min(60, Math.floor(columns / 3)))
}

/** Rows as aligned columns; each column is as wide as its widest cell, but for the last. */
export function table(rows: readonly (readonly string[])[], widest = 60): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.min(widest, Math.max(widths[index] ?? 0, widthOf(cell)))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : column(cell, widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

// ---------------------------------------------------------------------------------------------

function paintedCells(part: string): number {
  return part.startsWith('\u001B') ? 0 : cellsOf(part)
}

function cellsOf(char: string): number {
  if (char.charCodeAt(0) < 0x300) return 1
  if (NO_WIDTH.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}
