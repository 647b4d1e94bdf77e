import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSubtree, descriptionBytesMax } from './describe-subtree.ts'
import { scansOf } from './folder-scan.fixture.ts'
import type { FolderScan } from './folder-scan.ts'

const segment = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '日', '"', '-'), minLength: 1, maxLength: 40 })
const file = fc
  .tuple(fc.array(segment, { maxLength: 3 }), segment)
  .map(([folders, name]) => [...folders, `${name}.ts`].join('/'))
const source = fc.constantFrom('', 'export const one = 1', 'export function two() {}\nexport class Three {}')
const scans = fc.dictionary(file, source, { maxKeys: 120 }).map(scansOf)
const summaries = fc.array(fc.record({ folder: segment, summary: fc.string({ minLength: 1, maxLength: 800 }) }), {
  maxLength: 12,
})

/** How many modules and parts a description speaks of, the counted ones included. */
function spokenOf(text: string): number {
  const [, ...lines] = text.split('\n')
  return lines.reduce(
    (count, line) => count + (/^and (\d+) more$/.exec(line) === null ? 1 : Number(line.slice(4, -5))),
    0,
  )
}

const textOf = (scans: readonly FolderScan[]) => describeSubtree('src', { scans, summaries: [] })

describe('describeSubtree', () => {
  it('is never longer than what was planned for, and counts what did not fit', () => {
    fc.assert(
      fc.property(scans, summaries, (some, parts) => {
        const text = describeSubtree('src', { scans: some, summaries: parts })
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(descriptionBytesMax)
        expect(spokenOf(text)).toBe(some.flatMap(({ modules }) => modules).length + parts.length)
      }),
      { numRuns: 60 },
    )
  })

  it('is the same whatever order the scans came in', () => {
    fc.assert(
      fc.property(scans, (some) => {
        expect(textOf(some.toReversed())).toBe(textOf(some))
      }),
      { numRuns: 30 },
    )
  })

  it('names modules with what they export, and what was said of the folders below', () => {
    const some = scansOf({ 'src/a.ts': 'export const one = 1, two = 2', 'src/b.ts': '' })
    const parts = [{ folder: 'src/util', summary: 'Small\nhelpers.' }]
    expect(describeSubtree('src', { scans: some, summaries: parts }).split('\n')).toEqual([
      'The folder src:',
      'folder src/util: Small helpers.',
      'src/a.ts (1 lines) exports one, two',
      'src/b.ts (0 lines)',
    ])
  })
})
