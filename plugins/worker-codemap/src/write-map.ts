import { BosunError, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
import { describeCoverage, type CodeMapCoverage } from './code-map-coverage.ts'
import { renderCodeMapPage } from './code-map-page.ts'
import { emptyCodeMap, finishCodeMap, foldScans, type CodeMap } from './code-map.ts'
import type { FolderSummary } from './folder-summary.ts'
import { compareText } from './compare-text.ts'
import { mapInputs } from './map-inputs.ts'

const Body = z.strictObject({
  title: z.string().min(1),
  /** Where `codemap.json` and `codemap.html` go. */
  folder: z.string().min(1),
})

const outputs = ({ folder }: z.infer<typeof Body>): [json: string, html: string] => [
  `${folder}/codemap.json`,
  `${folder}/codemap.html`,
]

/** Folds the scans it depends on into one map, with the summaries if there are any, and writes it for machines and for people. */
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
    const { scans, summaries } = mapInputs(inputs)
    const map = withSummaries(finishCodeMap(scans.reduce(foldScans, emptyCodeMap())), summaries)
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

/** A map without summaries has no trace of them. */
function withSummaries(map: CodeMap, summaries: readonly FolderSummary[]): CodeMap {
  return summaries.length === 0
    ? map
    : { ...map, summaries: summaries.toSorted((a, b) => compareText(a.folder, b.folder)) }
}

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
