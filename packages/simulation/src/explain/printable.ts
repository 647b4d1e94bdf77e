/** What a terminal or a browser might obey or hide: controls, bidirectional marks, invisible characters, lone surrogates. */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}|[\u2800\uFFF9-\uFFFC]/gu

/** A text from a subject (an id, a message) on one line, with what cannot be seen written as escapes. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (char) => {
    if (char === '\n') return String.raw`\n`
    return char === '\t' ? String.raw`\t` : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
  })
}

/** The same in at most `max` characters, the end cut off. */
export function brief(text: string, max: number): string {
  const shown = [...printable(text.slice(0, max * 2))]
  return shown.length <= max && text.length <= max * 2 ? shown.join('') : `${shown.slice(0, max - 1).join('')}…`
}

/** A value as JSON on one line in at most `max` characters. */
export function briefJson(value: unknown, max: number): string {
  return brief(JSON.stringify(value) ?? 'nothing', max)
}
