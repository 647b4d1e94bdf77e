import { defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { bodyPage, descriptionOf, type PageSubject } from './body-page.ts'
import { PageResultSchema } from './page-result.ts'
import { slugOf } from './slug.ts'

const line = z.string().trim().min(1).max(200)

/** `Mars`, or the same with a tagline, facts and notes of its own. */
export const PageBodySchema = z.union([
  line,
  z.strictObject({
    title: line,
    tagline: z.string().max(500).optional(),
    facts: z.record(line, z.string().max(500)).optional(),
    notes: z.array(z.string().max(2000)).max(100).optional(),
  }),
])
export type PageBody = z.infer<typeof PageBodySchema>

/** Writes the HTML page of one planet, moon or anything else that has a title. */
export const pageWriter = defineWorker({
  name: 'page-writer',
  summary: 'Writes the HTML page of one planet or moon.',
  handles: 'generate_page',
  body: PageBodySchema,
  result: PageResultSchema,
  tools: { write: files.write('site/**') },
  outputs: (body) => [pathOf(subjectOf(body).title)],
  examples: [
    { name: 'a planet by name', body: 'Mars' },
    { name: 'a page with facts of its own', body: { title: 'Vulcan', tagline: 'Looked for, never found.' } },
  ],
  async run({ body }, { tools }) {
    const subject = subjectOf(body)
    const path = pathOf(subject.title)
    await tools.write({ path, text: bodyPage(subject) })
    return { path, title: subject.title, description: descriptionOf(subject) }
  },
})

// ---------------------------------------------------------------------------------------------

function subjectOf(body: PageBody): PageSubject {
  return typeof body === 'string' ? { title: body } : body
}

function pathOf(title: string): string {
  return `site/${slugOf(title)}.html`
}
