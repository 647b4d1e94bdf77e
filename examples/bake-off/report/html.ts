/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Part = string | number | undefined | Html | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Builds markup in which every value is text: what an implementation says can add no element. Line breaks of the
 * template count as one space, as they do in a page.
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const raw = template.map((text) => text.replace(/\s*\n\s*/g, ' '))
  return new Html(String.raw({ raw }, ...parts.map(markupOf)))
}

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'object') return part.map(markupOf).join('')
  return String(part).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}
