/** A source file as it was read: what it says, and what is kept as it was when it is written again. */
export interface SourceFile {
  readonly path: string
  /** Without the byte order mark. */
  readonly text: string
  readonly mark: '' | '\uFEFF'
}

/** Largest source file that is rewritten. */
export const SOURCE_BYTES_MAX = 4 * 1024 * 1024

/** Splits a file into its byte order mark, if it has one, and its text. */
export function sourceFile(path: string, content: string): SourceFile {
  const mark = content.startsWith('\uFEFF') ? '\uFEFF' : ''
  return { path, mark, text: content.slice(mark.length) }
}

/** The whole content of a file with another text. */
export function contentOf({ mark }: SourceFile, text: string): string {
  return mark + text
}

/** The line break that a text uses first; `\n` when it has none. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const at = text.indexOf('\n')
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}

/** Line and column of an offset, from 1: `src/a.ts:3:7`. */
export function placeOf(path: string, text: string, offset: number): string {
  return `${path}:${lineOf(text, offset)}:${offset - text.lastIndexOf('\n', offset - 1)}`
}

/** The line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
