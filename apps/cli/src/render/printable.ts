/**
 * What a terminal might obey or hide instead of showing: controls (C0, DEL, C1), bidirectional and
 * other format characters, zero-width and otherwise invisible ones, line separators, halves of
 * surrogate pairs and code points that are no characters.
 *
 * The two selectors that choose between the text and the emoji form of a sign stay.
 */
const UNPRINTABLE =
  /(?![\uFE0E\uFE0F])(?:[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}|[\u2800\uFFF9-\uFFFC])/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001B': '\\e' }

/**
 * A text from anywhere (an id, a title, a message, a file name) as it may be shown: on one line,
 * without any byte that a terminal would obey.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (char) => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Longest text that a report or a line of progress quotes from somebody else. */
const QUOTE_MAX = 400

/** The same for a message that may be very long: its beginning. */
export function quoted(text: string, max = QUOTE_MAX): string {
  return text.length <= max ? printable(text) : `${printable(beginningOf(text, max))}… (${text.length} characters)`
}

/** The first characters of a text, never half of a pair. */
export function beginningOf(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/\p{Cs}$/u, '')
}

/** A value as JSON in which the same characters are written as escapes: equal when it is read again. */
export function printableJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null'
  return text.replaceAll(UNPRINTABLE, (char) => (char === '\n' ? char : jsonEscape(char)))
}

// ---------------------------------------------------------------------------------------------

function jsonEscape(char: string): string {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`
  }).join('')
}
