import { describe, expect, it } from 'vitest'
import { isSkippedFolder, isSourceFile, skippedFolderReason } from './source-names.ts'

describe('isSourceFile', () => {
  it.each(['a.js', 'a.jsx', 'a.mjs', 'a.cjs', 'a.ts', 'a.tsx', 'a.mts', 'a.cts', 'a.d.ts', 'a.d.cts'])(
    'takes %s',
    (name) => expect(isSourceFile(name)).toBe(true),
  )

  it.each(['a.json', 'a.md', 'a.ts.map', 'ts', 'a.css', 'a.mjsx', 'a.js.bak', ''])(
    'leaves %s to the other files',
    (name) => expect(isSourceFile(name)).toBe(false),
  )
})

describe('isSkippedFolder', () => {
  it.each([
    ['node_modules', 'installed packages'],
    ['.git', 'hidden folder'],
    ['dist', 'build output'],
    ['coverage', 'test reports'],
  ])('skips %s as %s', (name, why) => {
    expect(isSkippedFolder(name)).toBe(true)
    expect(skippedFolderReason(name)).toBe(why)
  })

  it.each(['src', 'lib', 'build', 'out', 'constructor'])('scans %s', (name) => {
    expect(isSkippedFolder(name)).toBe(false)
  })
})
