import { BosunError, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { describeCoverage, type CodeMapCoverage } from './code-map-coverage.ts'
import { renderCodeMapPage } from './code-map-page.ts'
import { emptyCodeMap, finishCodeMap, foldScans } from './code-map.ts'
import { FolderScanSchema } from './folder-scan.ts'

const Body = z.strictObject({
  title: z.string().min(1),
  /** Where `codemap.json` and `codemap.html` go. */
  folder: z.string().min(1),
})

const outputs = ({ folder }: z.infer<typeof Body>): [json: string, html: string] => [
  `${folder}/codemap.json`,
  `${folder}/codemap.html`,
]

/** Folds the scans it depends on into one map, and writes it for machines and for people. */
export const writeMap = defineWorker({
  name: 'map-writer',
  summary: 'Writes the map of a code base as JSON and as a page.',
  handles: 'write_codemap',
  body: Body,
  result: z.strictObject({
    files: z.array(z.string()),
    coverage: z.strictObject({ complete: z.boolean(), filesSeen: z.int(), filesFailed: z.int(), folders: z.int() }),
    summary: z.string(),
  }),
  tools: { write: files.write() },
  outputs,
  examples: [
    {
      name: 'a map of one folder',
      body: { title: 'greetings', folder: 'out' },
      inputs: { root: { folder: '.', modules: [], folders: [], skipped: [], otherFiles: 1 } },
    },
    { name: 'a map without a scan', body: { title: 'empty', folder: 'out' } },
  ],

  async run({ body }, { inputs, tools }) {
    const draft = Object.values(inputs).reduce(
      (all: ReturnType<typeof emptyCodeMap>, scan) => foldScans(all, FolderScanSchema.parse(scan)),
      emptyCodeMap(),
    )
    const map = finishCodeMap(draft)
    refuseDuplicates(map.coverage)
    const [json, html] = outputs(body)
    await tools.write({ path: json, text: `${JSON.stringify(map, null, 1)}\n` })
    await tools.write({ path: html, text: renderCodeMapPage(map, { title: body.title }) })
    const { complete, filesSeen, filesFailed, folders } = map.coverage
    return {
      files: [json, html],
      coverage: { complete, filesSeen, filesFailed, folders },
      summary: describeCoverage(map.coverage),
    }
  },
})

/** Every file and folder is visited exactly once, or the map is wrong. What is missing is no fault of the map: it says so. */
function refuseDuplicates({ duplicates }: CodeMapCoverage): void {
  const [first] = duplicates
  if (first === undefined) return
  throw new BosunError('RESULT_INVALID', {
    at: first.path,
    expected: `each ${first.what} once`,
    received: `${first.times} visits, and ${duplicates.length - 1} more that came twice`,
  })
}
