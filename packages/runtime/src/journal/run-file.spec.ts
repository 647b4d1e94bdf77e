import { basename } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runFile, runOfFile } from './run-file.ts'

const nameOf = (run: string): string => basename(runFile('/state', run))

describe('The file of a run', () => {
  it('is named by its id where that is a plain name', () => {
    expect(runFile('/state', 'survey-2026.11_a')).toBe('/state/runs/survey-2026.11_a.sqlite')
  })

  it.each(['Survey', '../../etc/passwd', '.hidden', 'a/b', 'a\\b', 'a b', 'CON:', 'mars é', ''])(
    'H1: stays in its folder for the id "%s"',
    (run) => {
      expect(nameOf(run)).toMatch(/^[a-z0-9_%][A-F\da-z._%-]*\.sqlite$/)
    },
  )

  it('keeps ids apart that differ in case only, on every file system', () => {
    expect(nameOf('Mars').toLowerCase()).not.toBe(nameOf('mars').toLowerCase())
  })

  it('is another one for another id, and tells the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), (run) => {
        expect(runOfFile(nameOf(run))).toBe(run)
      }),
    )
  })

  it('keeps ids apart that no encoding of text keeps apart', () => {
    expect(nameOf('a\uD800')).not.toBe(nameOf('a\uD801'))
  })

  it('has a name that fits for an id of any length', () => {
    expect(nameOf('é'.repeat(500)).length).toBeLessThan(100)
    expect(nameOf('é'.repeat(500))).not.toBe(nameOf('é'.repeat(501)))
  })
})
