/** Markup that is safe to put into a page as it stands. Only the functions of this file make one. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

/** What may stand in a template: text is escaped, markup is kept, lists are joined. */
export type HtmlPart = string | number | undefined | Html | readonly HtmlPart[]

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  // A parser drops or replaces the null character; a reader should see that something was there.
  ['\0', '\uFFFD'],
])

/**
 * Builds markup in which every value is text: a name can add neither an element nor an attribute.
 *
 * Attribute values must stand in quotes in the template. Line breaks of the template count as one
 * space, which is what they are in HTML.
 *
 * @example html`<b title="${"a\"b"}">${"<i>"}</b>`.markup // <b title="a&quot;b">&lt;i&gt;</b>
 */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const [first = '', ...texts] = template.map((text) => text.replace(/\s*\n\s*/g, ' '))
  let markup = first
  for (const [index, part] of parts.entries()) markup += markupOf(part) + texts[index]
  return new Html(markup)
}

/**
 * A constant of this package as a `style` or `script` element, to the letter: a content policy knows
 * it by its hash. Never use it for anything that was read.
 */
export function constantElement(name: 'script' | 'style', text: string): Html {
  return new Html(`<${name}>${text}</${name}>`)
}

/**
 * Writes a value as JSON for a `<script type="application/json">` element: with `<` escaped, no text
 * in it can end the element.
 *
 * @example jsonMarkup("</script>").markup // "\u003c/script>" in double quotes
 */
export function jsonMarkup(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', String.raw`\u003c`))
}

// ---------------------------------------------------------------------------------------------

function markupOf(part: HtmlPart): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'object') return part.map(markupOf).join('')
  return String(part).replace(/[&<>"'\0]/g, (character) => ENTITIES.get(character) ?? character)
}
