import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCodeMapPage } from './code-map-page.ts'
import { type CodeMap, emptyCodeMap, finishCodeMap, foldScans } from './code-map.ts'

const naughty = fc.oneof(
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    '<!--',
    ']]><svg/onload=alert(1)>',
    '&lt;b&gt;&#60;',
    'javascript:alert(1)//',
    '\u2028\u2029\0\u202E',
    '__proto__',
    'constructor',
  ),
  fc.string({ unit: 'binary', minLength: 1 }),
)

/** One module that carries the text wherever a text of the code can stand. */
function mapWith(text: string): CodeMap {
  const path = text.replaceAll('/', '-')
  const scan = {
    folder: '.',
    modules: [
      {
        path,
        bytes: 10,
        lines: 1,
        exports: [{ name: text, kind: 'value' as const }],
        imports: [{ from: `@${text}`, kind: 'import' as const, names: [text] }],
        error: { message: text, line: 1 },
      },
    ],
    folders: [text],
    skipped: [{ path: text, why: text }],
    otherFiles: 0,
  }
  return finishCodeMap([scan, scan].reduce(foldScans, emptyCodeMap()))
}

/** Tags with the names of their attributes, values left out. */
function skeleton(page: string): string[] {
  const tags = page.match(/<[!/a-zA-Z][^>]*>/g) ?? []
  return tags.map((tag) => tag.replace(/"[^"]*"/g, '""'))
}

describe('renderCodeMapPage', () => {
  it('shows any name as text: it adds no element, attribute or end of script', () => {
    fc.assert(
      fc.property(naughty, (text) => {
        // Letters in the same number, so that labels have the same room.
        const harmless = 'x'.repeat(Array.from(text).length)
        const page = renderCodeMapPage(mapWith(text), { title: text })
        const expected = renderCodeMapPage(mapWith(harmless), { title: harmless })
        expect(skeleton(page)).toEqual(skeleton(expected))
      }),
      { numRuns: 300 },
    )
  })

  it('carries data that reads back as it was', () => {
    fc.assert(
      fc.property(naughty, (text) => {
        const page = renderCodeMapPage(mapWith(text))
        const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
        const data = JSON.parse(json) as { modules: { x: string[][]; e: string }[] }
        expect(data.modules[0]?.x).toEqual([[text, 'value']])
        expect(data.modules[0]?.e).toBe(`line 1: ${text}`)
      }),
    )
  })
})
