import { brief } from './printable.ts'

/** Signs that terminals draw two cells wide: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u

/** Cells that a text fills on a terminal. Marks that sit on another sign fill none. */
export function cellsOf(text: string): number {
  let cells = 0
  for (const sign of text) cells += /\p{M}/u.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1
  return cells
}

/** A text in exactly so many cells: filled up with blanks, or cut off. */
export function column(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  let shown = text
  for (let max = text.length; cellsOf(shown) > width && max > 0; max -= 1) shown = brief(text, max)
  const blanks = ' '.repeat(Math.max(0, width - cellsOf(shown)))
  return side === 'left' ? shown + blanks : blanks + shown
}

/** A text in lines of at most so many cells, broken between words, and within a word that is longer than a line. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && cellsOf(line) + 1 + cellsOf(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** Milliseconds with their thousands apart: `30,005`. */
export function milliseconds(ms: number): string {
  return `${ms}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

// ---------------------------------------------------------------------------------------------

function pieces(word: string, width: number): readonly string[] {
  if (cellsOf(word) <= width) return [word]
  const all = ['']
  for (const sign of word) {
    const piece = all.at(-1) ?? ''
    if (cellsOf(piece) + cellsOf(sign) > width) all.push(sign)
    else all[all.length - 1] = piece + sign
  }
  return all
}
