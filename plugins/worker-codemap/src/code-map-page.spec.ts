import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { renderCodeMapPage } from './code-map-page.ts'
import { type CodeMap, emptyCodeMap, finishCodeMap, foldScans } from './code-map.ts'
import { scansOf } from './folder-scan.fixture.ts'
import { pageScript } from './page/page-script.ts'

const mapOf = (files: Readonly<Record<string, string>>): CodeMap =>
  finishCodeMap(scansOf(files).reduce(foldScans, emptyCodeMap()))

const files = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `folder${at % 7}/file${at}.ts`,
      `import "../folder${(at + 1) % 7}/file${at + 1}.ts"; export const a${at} = 1;`,
    ]),
  )

describe('renderCodeMapPage (M-61)', () => {
  it('shows totals, coverage and names', () => {
    const page = renderCodeMapPage(mapOf(files(9)), { title: 'the/root' })
    expect(page).toContain('<h1>the/root</h1>')
    expect(page).toContain('9 of 9 source files parsed in 8 folders, each visited once')
    expect(page).toContain('file8.ts')
  })

  it('draws modules on the rim of a small code base, and folders of a large one', () => {
    expect(renderCodeMapPage(mapOf(files(150)))).toContain('data-of="module"')
    expect(renderCodeMapPage(mapOf(files(151)))).toContain('data-of="group"')
  })

  it('renders a code base without a file', () => {
    expect(renderCodeMapPage(mapOf({}))).toContain('0 of 0 source files')
  })

  it('asks for nothing from outside', () => {
    const page = renderCodeMapPage(mapOf(files(9)))
    const loading = page.match(/\b(?:src|href|action|poster|data)=|url\(|@import|fetch\(|XMLHttp/g)
    expect(loading).toBeNull()
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('admits its own style and script by their hashes, and nothing else', () => {
    const page = renderCodeMapPage(mapOf(files(9)))
    const [, policy = ''] = /Security-Policy" content="([^"]*)"/.exec(page) ?? []
    const hashOf = (element: string): string => {
      const [, text = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page) ?? []
      return `sha256-${createHash('sha256').update(text).digest('base64')}`
    }
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src '${hashOf('style')}'; script-src '${hashOf('script')}'`,
    )
  })

  it('carries a script that browsers can read', () => {
    expect(() => new Script(pageScript)).not.toThrow()
    expect(pageScript).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval/)
  })

  describe('with summaries', () => {
    const summaries = [{ folder: '.', summary: 'All of it. <script>alert(1)</script>' }]
    const page = renderCodeMapPage({ ...mapOf(files(9)), summaries })

    it('shows what a model says of a folder as text, and admits no script of it', () => {
      expect(page).toContain('<dd>All of it. &lt;script&gt;alert(1)&lt;/script&gt;</dd>')
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
      expect(page).toContain(`style-src &#39;sha256-${createHash('sha256').update(style).digest('base64')}&#39;`)
    })

    it('has nothing of them in the page of a map without any', () => {
      expect(renderCodeMapPage(mapOf(files(9)))).not.toContain('summaries')
    })
  })
})
