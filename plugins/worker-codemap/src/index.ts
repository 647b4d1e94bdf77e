import { definePlugin } from '@bosun/sdk'
import { scanFolder } from './scan-folder.ts'
import { writeMap } from './write-map.ts'

export { describeCoverage, type CodeMapCoverage } from './code-map-coverage.ts'
export { emptyCodeMap, finishCodeMap, foldScans, type CodeMap, type CodeMapDraft } from './code-map.ts'
export { FolderScanSchema, type FolderScan } from './folder-scan.ts'
export { scanFolder } from './scan-folder.ts'
export { writeMap } from './write-map.ts'

export default definePlugin({ name: '@bosun/worker-codemap', workers: [scanFolder, writeMap] })
