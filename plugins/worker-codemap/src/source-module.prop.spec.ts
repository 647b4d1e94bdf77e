import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FolderScanSchema } from './folder-scan.ts'
import { analyseModule } from './source-module.ts'

const path = fc.constantFrom('a.ts', 'a.tsx', 'a.js', 'a.cjs', 'a.mjs', 'a.d.ts', 'a.mts')
const words = 'import export default * from "./x" { } ( ) a , ; type class = ` ${ < > / @ # require =>'
const snippet = fc.constantFrom(...words.split(' '), ' ', '\n', '\uFEFF')
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(snippet).map((parts) => parts.join('')),
)

describe('analyseModule (M-61)', () => {
  it('never throws, and returns what the schema of a scan accepts', () => {
    fc.assert(
      fc.property(path, text, (path, text) => {
        const scan = {
          folder: '.',
          modules: [analyseModule(path, text)],
          folders: [],
          skipped: [],
          otherFiles: 0,
        }
        expect(FolderScanSchema.parse(scan)).toEqual(scan)
      }),
      { numRuns: 500 },
    )
  })
})
