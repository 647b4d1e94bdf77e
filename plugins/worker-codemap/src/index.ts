import { definePlugin } from '@bosun/sdk'
import { z } from 'zod'
import { queryCodeMap } from './code-map-query.ts'
import { scanFolder } from './scan-folder.ts'
import { folderSummariser } from './summarise-folder.ts'
import { writeMap } from './write-map.ts'

export { describeCoverage, type CodeMapCoverage } from './code-map-coverage.ts'
export { emptyCodeMap, finishCodeMap, foldScans, type CodeMap, type CodeMapDraft } from './code-map.ts'
export { queryCodeMap } from './code-map-query.ts'
export { FolderScanSchema, type FolderScan } from './folder-scan.ts'
export { FolderSummarySchema, type FolderSummary } from './folder-summary.ts'
export { scanFolder } from './scan-folder.ts'
export { folderSummariser } from './summarise-folder.ts'
export { writeMap } from './write-map.ts'

export default definePlugin({
  name: '@bosun/worker-codemap',
  options: z.strictObject({
    /** Alias or `provider:model` of whoever sums up folders. Default: none, and no worker that does. */
    model: z.string().min(1).optional(),
  }),
  create: ({ model }) => ({
    tools: [queryCodeMap],
    workers: [scanFolder, writeMap, ...(model === undefined ? [] : [folderSummariser(model)])],
  }),
})
