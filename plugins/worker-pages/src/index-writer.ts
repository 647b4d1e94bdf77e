import { defineWorker, files, type Json } from '@bosun/sdk'
import { z } from 'zod'
import { indexPage } from './index-page.ts'
import { PageResultSchema, type PageResult } from './page-result.ts'

const PATH = 'site/index.html'

/** Nothing, a title, or `{ title }`. */
export const IndexBodySchema = z.union([
  z.null(),
  z.string().trim().min(1).max(200),
  z.strictObject({ title: z.string().trim().min(1).max(200).optional() }),
])
export type IndexBody = z.infer<typeof IndexBodySchema>

/** Writes the page that links the pages of the tasks it depends on, in the order of its dependencies. */
export const indexWriter = defineWorker({
  name: 'index-writer',
  summary: 'Writes the index that links every page.',
  handles: 'build_index',
  body: IndexBodySchema,
  result: z.strictObject({ path: z.string(), pages: z.array(z.string()) }),
  tools: { write: files.write(PATH) },
  outputs: () => [PATH],
  examples: [
    {
      name: 'an index of what it depends on',
      body: null,
      inputs: { mars: { path: 'site/mars.html', title: 'Mars', description: 'The red planet.' } },
      result: { path: PATH, pages: ['site/mars.html'] },
    },
  ],
  async run({ body }, { inputs, tools }) {
    const pages = Object.entries(inputs).map(([task, result]) => pageOf(task, result))
    await tools.write({ path: PATH, text: indexPage(titleOf(body), pages) })
    return { path: PATH, pages: pages.map(({ path }) => path) }
  },
})

// ---------------------------------------------------------------------------------------------

function titleOf(body: IndexBody): string {
  return (typeof body === 'string' ? body : body?.title) ?? 'Planets and moons'
}

/** A dependency that made no page would be missing from the index without a word. */
function pageOf(task: string, result: Json): PageResult {
  const page = PageResultSchema.safeParse(result)
  if (page.success) return page.data
  throw new Error(`The result of ${task} is not a page: ${z.prettifyError(page.error)}`)
}
