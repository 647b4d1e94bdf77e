import { readFileSync } from 'node:fs'
import { corpusPath } from '@bosun/corpora'
import { describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'
import { readFile } from './read-file.ts'
import { makeSandbox, outcomeOf, snapshotOutside } from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

const corpus = corpusPath('naughty-strings/blns.json')
if (corpus === undefined) console.warn('File names are not tested against the naughty strings: they are absent.')

const strings = corpus === undefined ? [] : (JSON.parse(readFileSync(corpus, 'utf8')) as string[])

describe('naughty strings', () => {
  it.skipIf(corpus === undefined)('as file names come back equal or are refused by code (H1)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const before = snapshotOutside(sandbox)
    const tally = { roundTrips: 0, refused: 0 }
    const codes = new Set<string>()
    const lost: string[] = []
    for (const [index, text] of [...new Set(strings)].entries()) {
      // Each in a folder of its own: one string may be the beginning of another one's path.
      const written = await outcomeOf(() => writeFile(roots, { path: `${index}/${text}`, text }))
      if ('code' in written) {
        tally.refused += 1
        codes.add(written.code)
        continue
      }
      tally.roundTrips += 1
      const read = await readFile(roots, { path: written.value.path })
      const [first] = await listFolder(roots, { path: String(index) })
      if (read.text !== text || first?.name !== text.split('/')[0]) lost.push(text)
    }
    expect(lost).toEqual([])
    expect([...codes]).toEqual(['FILE_PATH_INVALID'])
    expect(snapshotOutside(sandbox)).toEqual(before)
    expect(tally.roundTrips).toBeGreaterThan(200)
    console.info(`Naughty names: ${JSON.stringify(tally)}`)
  })

  it.skipIf(corpus === undefined)('as content come back equal, byte for byte', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    for (const text of new Set(strings)) {
      await writeFile(roots, { path: 'content.txt', text })
      expect(await readFile(roots, { path: 'content.txt' })).toMatchObject({
        text,
        bytes: Buffer.byteLength(text),
        truncated: false,
      })
    }
  })
})
