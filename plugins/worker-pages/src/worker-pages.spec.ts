import type { Json, WorkerContext } from '@bosun/sdk'
import { corpusPath } from '@bosun/corpora'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { escapeHtml } from './escape-html.ts'
import { indexWriter } from './index-writer.ts'
import { pageWriter, type PageBody } from './page-writer.ts'
import { slugOf } from './slug.ts'

/** What the workers need of a context, with the files that they write kept in memory. */
function workbench(inputs: Readonly<Record<string, Json>> = {}) {
  const written = new Map<string, string>()
  const tools = {
    write: ({ path, text }: { path: string; text: string }) => {
      written.set(path, text)
      return Promise.resolve({ bytes: text.length })
    },
  }
  return { written, context: { inputs, tools } as unknown as WorkerContext<never> }
}

async function pageOf(body: PageBody) {
  const { written, context } = workbench()
  const result = await pageWriter.run({ body: pageWriter.body.parse(body) }, context)
  return { result, html: written.get(result.path) ?? '', written }
}

const tagsOf = (html: string) => html.match(/<\/?[a-z][^>]*>/gi)?.length

describe('page-writer', () => {
  it('T-05: writes one HTML page for Mars at the output that it declares', async () => {
    const { result, html, written } = await pageOf('Mars')
    expect(result).toEqual({
      path: 'site/mars.html',
      title: 'Mars',
      description: 'The red planet, where robots roam.',
    })
    expect([...written.keys()]).toEqual(pageWriter.outputs?.('Mars'))
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<title>Mars</title>')
    expect(html).toContain('<dd>6,792 km</dd>')
    expect(html).toContain('href="index.html"')
  })

  it('loads nothing and runs nothing', async () => {
    const { html } = await pageOf('Saturn')
    expect(html).toContain(`default-src 'none'`)
    expect(html).not.toMatch(/<script|<img|<link|src=|@import|url\((?!#)|https?:/i)
  })

  it('makes nothing up about what it does not know', async () => {
    const { html, result } = await pageOf('Vulcan')
    expect(result.description).toBe('No facts about it are stored here.')
    expect(html).not.toContain('<dl')
  })

  it('takes a body with facts of its own, which go before the stored ones', async () => {
    const { html } = await pageOf({ title: 'Mars', tagline: 'Home, soon.', facts: { Day: 'a sol', Colour: 'red' } })
    expect(html).toContain('Home, soon.')
    expect(html).toContain('<dt>Day</dt><dd>a sol</dd>')
    expect(html).toContain('<dt>Colour</dt><dd>red</dd>')
    expect(html).toContain('<dt>Diameter</dt>')
  })

  it.each([[''], ['   '], [7], [null], [{ title: 'x', colour: 'red' }], [{}], ['x'.repeat(201)]])(
    'T-02: refuses the body %j',
    (body) => {
      expect(pageWriter.body.safeParse(body).success).toBe(false)
    },
  )

  it('is the same page every time', async () => {
    expect((await pageOf('Moon')).html).toBe((await pageOf('Moon')).html)
  })
})

describe('index-writer', () => {
  it('T-24, T-26: links every page of its dependencies, in their order', async () => {
    const mars = (await pageOf('Mars')).result
    const moon = (await pageOf('Moon')).result
    const { written, context } = workbench({ 'generate-moon-page': moon, 'generate-mars-page': mars })
    const result = await indexWriter.run({ body: null }, context)
    expect(result).toEqual({ path: 'site/index.html', pages: ['site/moon.html', 'site/mars.html'] })
    const links = [...(written.get('site/index.html') ?? '').matchAll(/<li><a href="([^"]+)"/g)].map(([, to]) => to)
    expect(links).toEqual(['moon.html', 'mars.html'])
  })

  it('takes its title from the body', async () => {
    const { written, context } = workbench()
    await indexWriter.run({ body: { title: 'All & sundry' } }, context)
    expect(written.get('site/index.html')).toContain('<h1>All &amp; sundry</h1>')
  })

  it('names the dependency whose result is no page, instead of leaving it out', async () => {
    const { context } = workbench({ lint: { ok: true } })
    await expect(async () => indexWriter.run({ body: null }, context)).rejects.toThrow(
      'The result of lint is not a page',
    )
  })

  it('links no page outside of the site', async () => {
    for (const path of ['../x.html', 'site/../x.html', 'javascript:alert(1)', 'site/a/b.html', '/site/a.html']) {
      const { context } = workbench({ evil: { path, title: 'x', description: '' } })
      await expect(async () => indexWriter.run({ body: null }, context)).rejects.toThrow('not a page')
    }
  })
})

describe('file names', () => {
  it.each([
    ['Mars', 'mars'],
    ['Ganymede (moon)', 'ganymede-moon'],
    ['São Tomé', 'sao-tome'],
    ['index', 'index-page'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Марс', 'page-b0d52306'],
  ])('turns %j into %s', (title, slug) => {
    expect(slugOf(title)).toBe(slug)
  })

  it('are short, and differ where only the lost part of a title differs', () => {
    expect(slugOf('x'.repeat(200))).toHaveLength(89)
    expect(new Set(['C', 'C++', 'C#', 'C☃', 'с'].map(slugOf)).size).toBe(5)
  })
})

const naughty = corpusPath('naughty-strings')

describe.skipIf(naughty === undefined)('H22: naughty strings in a page', () => {
  const strings =
    naughty === undefined ? [] : (JSON.parse(readFileSync(join(naughty, 'blns.json'), 'utf8')) as string[])

  it('add no element, no control byte and no path outside of the site', async () => {
    const plain = await pageOf({ title: 'x', tagline: 'x', facts: { x: 'x' }, notes: ['x'] })
    for (const text of strings) {
      const title = text.trim().slice(0, 200)
      if (title === '') continue
      const { html, result } = await pageOf({ title, tagline: text, facts: { [title]: text }, notes: [text] })
      expect(tagsOf(html)).toBe(tagsOf(plain.html))
      expect(html.isWellFormed()).toBe(true)
      expect(result.path).toMatch(/^site\/[a-z0-9][a-z0-9-]{0,99}\.html$/)
    }
  })

  it('are read back as what they were', () => {
    for (const text of strings.filter((each) => !/[^\P{Cc}\t\n\r]|\p{Noncharacter_Code_Point}/u.test(each))) {
      const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" } as Record<string, string>
      expect(escapeHtml(text).replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? '')).toBe(text)
    }
  })
})
