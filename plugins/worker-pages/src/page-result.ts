import { z } from 'zod'

/** What `page-writer` returns, and what `index-writer` needs of a page to link it. */
export const PageResultSchema = z.strictObject({
  /** Relative to the workspace. */
  path: z.string().regex(/^site\/[a-z0-9-]+\.html$/, 'a page in site/'),
  title: z.string(),
  description: z.string(),
})
export type PageResult = z.infer<typeof PageResultSchema>
