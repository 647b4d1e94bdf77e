import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { corpusPath } from '@bosun/corpora'
import { describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'
import { readFile } from './read-file.ts'
import type { Roots } from './roots.ts'
import {
  CANARY_NAME,
  CANARY_TEXT,
  makeSandbox,
  outcomeOf,
  plant,
  snapshot,
  snapshotOutside,
} from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

const corpus = corpusPath('path-traversal/strings.jsonl')
if (corpus === undefined) console.warn('H1 is not tested against the corpus of path traversal strings: it is absent.')

describe('path traversal strings', () => {
  it.skipIf(corpus === undefined)(
    'read, list and write nothing outside the roots, as they are and after one and two percent-decodes (H1)',
    { timeout: 60_000 },
    async () => {
      using sandbox = makeSandbox()
      using roots = sandbox.openRoots()
      plant(sandbox.workspace, { 'a.txt': 'inside' })
      const before = { outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }
      const tally = { tries: 0, done: 0, refused: 0 }
      const leaks: string[] = []
      for (const text of allForms())
        for (const outcome of await tryAll(roots, text)) {
          tally.tries += 1
          tally['code' in outcome ? 'refused' : 'done'] += 1
          if (/CANARY|root:x:0/.test(JSON.stringify(outcome))) leaks.push(text)
        }
      expect(leaks).toEqual([])
      expect(snapshotOutside(sandbox)).toEqual(before.outside)
      expect(snapshot(sandbox.workspace)).toEqual(before.workspace)
      expect(tally.tries).toBeGreaterThan(6_000)
      expect(tally.refused).toBeGreaterThan(0)
      console.info(`H1: ${JSON.stringify(tally)}`)
    },
  )

  it.skipIf(corpus === undefined)('reach a canary through a naive tool, so the test has teeth (H1, control)', () => {
    using sandbox = makeSandbox()
    const leaks = [...allForms()].filter((text) => naiveRead(sandbox.workspace, text) !== undefined)
    expect(leaks.length).toBeGreaterThan(100)
    expect(leaks.some((text) => naiveRead(sandbox.workspace, text) === CANARY_TEXT)).toBe(true)
    console.info(`H1, control: a naive tool reads a file outside the root for ${leaks.length} strings`)
  })
})

/** Each string with the canary's name in it, in its three forms, without repeats. */
function allForms(): Set<string> {
  const forms = new Set<string>()
  for (const line of readFileSync(corpus ?? '', 'utf8').split('\n')) {
    if (line === '') continue
    const text = (JSON.parse(line) as string).replaceAll('{FILE}', CANARY_NAME)
    const once = percentDecode(text)
    for (const form of [text, once, percentDecode(once)]) forms.add(form)
  }
  return forms
}

/** Decodes what can be decoded and leaves the rest, as forgiving servers do. */
function percentDecode(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(decoded, 'latin1').toString('utf8')
}

async function tryAll(roots: Roots, text: string): Promise<object[]> {
  return [
    await outcomeOf(() => readFile(roots, { path: text })),
    await outcomeOf(() => listFolder(roots, { path: text })),
    await outcomeOf(() => writeFile(roots, { path: text, text: 'planted' })),
  ]
}

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
