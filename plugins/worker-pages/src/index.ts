import { definePlugin } from '@bosun/sdk'
import { indexWriter } from './index-writer.ts'
import { pageWriter } from './page-writer.ts'

export { indexWriter } from './index-writer.ts'
export { type PageResult } from './page-result.ts'
export { pageWriter } from './page-writer.ts'

export default definePlugin({ name: '@bosun/worker-pages', workers: [pageWriter, indexWriter] })
