const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Controls, halves of a surrogate pair, and code points that are no characters. */
const UNUSUAL = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu
const WHITE_SPACE = '\t\n\r\f'

/** Text that stays text, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(UNUSUAL, (char) => (WHITE_SPACE.includes(char) ? char : '\uFFFD'))
    .replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}

/** Markup that was built by `markup`, and may stand in it unescaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Markup[] | undefined

/**
 * Builds markup in which every value is escaped, unless it is markup itself.
 *
 * @example
 * markup`<h1>${'Tom & Jerry'}</h1>`.text // '<h1>Tom &amp; Jerry</h1>'
 */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = literals.map((literal, index) => literal + (index < parts.length ? textOf(parts[index]) : ''))
  return new Markup(texts.join(''))
}

function textOf(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('\n')
  return escapeHtml(String(part))
}
