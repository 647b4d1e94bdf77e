import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { traversalForms, traverse } from './path-traversal.fixture.ts'
import { CANARY_TEXT, makeSandbox } from './sandbox.fixture.ts'

/** A sample; `npm run torture -- paths` makes all 420,732 of the promise. */
const TRIES = 14_000

const forms = traversalForms()
if (forms === undefined) console.warn('H1 is not tested against the corpus of path traversal strings: it is absent.')

describe('path traversal strings', () => {
  it.skipIf(forms === undefined)(
    'let no operation read or change anything outside, as they are and after one and two percent-decodes (H1)',
    { timeout: 60_000 },
    async () => {
      const { faults, ...tally } = await traverse(forms ?? [], TRIES)
      expect(faults).toEqual([])
      expect(tally.tries).toBeGreaterThanOrEqual(TRIES)
      expect(tally.refused).toBeGreaterThan(0)
      expect(tally.done).toBeGreaterThan(0)
      console.info(`H1: ${JSON.stringify(tally)}`)
    },
  )

  it.skipIf(forms === undefined)('reach a canary through a naive tool, so the test has teeth (H1, control)', () => {
    using sandbox = makeSandbox()
    const leaks = [...(forms ?? [])].filter((text) => naiveRead(sandbox.workspace, text) !== undefined)
    expect(leaks.length).toBeGreaterThan(100)
    expect(leaks.some((text) => naiveRead(sandbox.workspace, text) === CANARY_TEXT)).toBe(true)
    console.info(`H1, control: a naive tool reads a file outside the root for ${leaks.length} strings`)
  })
})

/** A file outside the root, as a tool reads it that joins paths and takes both slashes for one. */
function naiveRead(root: string, text: string): string | undefined {
  const path = resolve(root, text.replaceAll('\\', '/'))
  if (path === root || path.startsWith(`${root}/`)) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
