import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { subtrees } from './subtrees.ts'

const name = fc.constantFrom('a', 'b', 'ab')
const folders = fc
  .uniqueArray(
    fc.array(name, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/')),
    { maxLength: 12 },
  )
  .map((some) => ['.', ...some])

describe('subtrees', () => {
  it('hold each folder once, and each but the first is part of one above it', () => {
    fc.assert(
      fc.property(folders, fc.integer({ min: 1, max: 12 }), (all, countMax) => {
        const found = subtrees(all, countMax)
        expect(found.length).toBeLessThanOrEqual(countMax)
        expect(found.flatMap((one) => one.folders).toSorted()).toEqual(all.toSorted())
        expect(found[0]?.folder).toBe('.')
        const parts = found.flatMap((one) => one.parts)
        expect(parts.toSorted()).toEqual(
          found
            .slice(1)
            .map((one) => one.folder)
            .toSorted(),
        )
        for (const { folder, parts: below } of found) {
          for (const part of below) expect(folder === '.' || part.startsWith(`${folder}/`)).toBe(true)
        }
      }),
    )
  })

  it('are none where there is no room for any', () => {
    expect(subtrees(['.', 'a'], 0)).toEqual([])
    expect(subtrees([], 5)).toEqual([])
  })

  it('leave what is deep to those above', () => {
    expect(subtrees(['.', 'a', 'a/b', 'a/b/c', 'd/e'], 9)).toEqual([
      { folder: '.', folders: ['.'], parts: ['a', 'd/e'] },
      { folder: 'a', folders: ['a'], parts: ['a/b'] },
      { folder: 'a/b', folders: ['a/b', 'a/b/c'], parts: [] },
      { folder: 'd/e', folders: ['d/e'], parts: [] },
    ])
  })
})
