import { posix, win32 } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileError } from './file-error.ts'
import { parseRelativePath, type RelativePath } from './parse-relative-path.ts'

const NASTY = [
  '..',
  '.',
  '',
  '/',
  '\\',
  ':',
  '\0',
  ' ',
  '...',
  '%2e',
  '~',
  'C:',
  'nul',
  '\ud800',
  '\u202e',
  '.git',
  '//',
]

/** Text that is made of trouble more often than chance would make it. */
const anyPath = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 })
    .chain((parts) => fc.constantFrom('/', '', '\\').map((separator) => parts.join(separator))),
)

const plainPath = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_-]{4,12}(\.[a-z]{1,4})?$/), { minLength: 1, maxLength: 6 })
  .map((segments) => segments.map((segment) => `x${segment}`))

describe('parseRelativePath', () => {
  it('never accepts a path that leaves its root, by the rules of POSIX or of Windows (H1)', () => {
    fc.assert(
      fc.property(anyPath, (text) => {
        const path = parsed(text)
        if (path === undefined) return
        expect(posix.resolve('/top/inner', path.text)).toBe(`/top/inner/${path.text}`)
        expect(win32.resolve('C:\\top\\inner', path.text)).toBe(`C:\\top\\inner\\${path.segments.join('\\')}`)
      }),
      { numRuns: 5_000 },
    )
  })

  it('repairs nothing but one leading dot and slash, and reads its own output as itself (H1)', () => {
    fc.assert(
      fc.property(anyPath, (text) => {
        const path = parsed(text)
        if (path === undefined) return
        expect([text, text.replace('./', '')]).toContain(path.text)
        expect(parseRelativePath(path.text)).toEqual(path)
      }),
      { numRuns: 2_000 },
    )
  })

  it('accepts every plain path', () => {
    fc.assert(
      fc.property(plainPath, (segments) => {
        expect(parseRelativePath(segments.join('/')).segments).toEqual(segments)
      }),
    )
  })
})

function parsed(text: string): RelativePath | undefined {
  try {
    return parseRelativePath(text)
  } catch (error) {
    if (FileError.is(error, 'FILE_PATH_INVALID')) return undefined
    throw error
  }
}
