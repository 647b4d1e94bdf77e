import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyCodeMap, finishCodeMap, foldScans } from './code-map.ts'
import { scansOf } from './folder-scan.fixture.ts'
import type { FolderScan } from './folder-scan.ts'

const paths = ['a.ts', 'b.js', 'x/a.ts', 'x/index.ts', 'x/y/c.tsx', 'z/d.d.ts']
const specifiers = ['./a', './b.js', '../a', './x', '..', './y/c.js', 'zod', './index', './nowhere']
const text = fc
  .array(
    fc.tuple(fc.constantFrom('import', 'import type * as a from', 'export * from'), fc.constantFrom(...specifiers)),
  )
  .map((imports) => imports.map(([how, from]) => `${how} "${from}";`).join('\n'))

/** Scans of a code base, some of them twice, and then perhaps of a changed one. */
const scans: fc.Arbitrary<FolderScan[]> = fc
  .array(fc.dictionary(fc.constantFrom(...paths), text, { maxKeys: 6 }), { minLength: 1, maxLength: 2 })
  .map((trees) => trees.flatMap(scansOf))

const deliveries = scans.chain((scans) =>
  fc.tuple(fc.constant(scans), fc.shuffledSubarray(scans, { minLength: scans.length, maxLength: scans.length })),
)

describe('foldScans (M-61)', () => {
  it('gives the same draft and the same map whatever order scans come in', () => {
    fc.assert(
      fc.property(deliveries, ([scans, shuffled]) => {
        const draft = scans.reduce(foldScans, emptyCodeMap())
        const other = shuffled.reduce(foldScans, emptyCodeMap())
        expect(JSON.stringify(other)).toBe(JSON.stringify(draft))
        expect(JSON.stringify(finishCodeMap(other))).toBe(JSON.stringify(finishCodeMap(draft)))
      }),
    )
  })

  it('leaves the draft it was given as it was', () => {
    fc.assert(
      fc.property(scans, (scans) => {
        let draft = emptyCodeMap()
        for (const scan of scans) {
          const before = JSON.stringify(draft)
          const after = foldScans(draft, scan)
          expect(JSON.stringify(draft)).toBe(before)
          draft = after
        }
        expect(draft.scans.length).toBe(scans.length)
      }),
    )
  })

  it('lists every file once, with links only between listed files', () => {
    fc.assert(
      fc.property(scans, (scans) => {
        const map = finishCodeMap(scans.reduce(foldScans, emptyCodeMap()))
        const listed = map.modules.map(({ path }) => path)
        const delivered = scans.flatMap(({ modules }) => modules.map(({ path }) => path))
        expect(listed).toEqual([...new Set(delivered)].sort())
        expect(map.coverage.filesSeen).toBe(listed.length)
        for (const { from, to } of map.links) {
          expect(listed).toContain(from)
          expect(listed).toContain(to)
        }
      }),
    )
  })
})
