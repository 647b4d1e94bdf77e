import { linkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { READ_BYTES_MAX } from './byte-limit.ts'
import { readFile } from './read-file.ts'
import { makeSandbox, outcomeOf, plant } from './sandbox.fixture.ts'

const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE

describe('readFile', () => {
  it('reads staging over the workspace', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': 'old', 'b.txt': 'kept' })
    plant(sandbox.staging, { 'a.txt': 'new' })
    expect((await readFile(roots, { path: './a.txt' })).text).toBe('new')
    expect((await readFile(roots, { path: 'b.txt' })).text).toBe('kept')
  })

  it('lets a staged file hide a folder of the workspace, and all in it', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a/b.txt': 'below' })
    plant(sandbox.staging, { a: 'a file now' })
    expect(await outcomeOf(() => readFile(roots, { path: 'a/b.txt' }))).toEqual({ code: 'FILE_NOT_FOLDER' })
  })

  it('refuses what is missing, naming the path', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    await expect(readFile(roots, { path: 'no/such.txt' })).rejects.toThrow('"no": There is nothing at this path.')
  })

  it('returns bytes as base64 and refuses them as text', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const bytes = Buffer.from([0xff, 0x00, 0xc0, 0xaf])
    writeFileSync(join(sandbox.workspace, 'a.bin'), bytes)
    expect(await readFile(roots, { path: 'a.bin', encoding: 'base64' })).toMatchObject({
      text: bytes.toString('base64'),
      bytes: 4,
      truncated: false,
    })
    expect(await outcomeOf(() => readFile(roots, { path: 'a.bin' }))).toEqual({ code: 'FILE_NOT_TEXT' })
  })

  it('keeps a byte order mark', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': '\ufeffa' })
    expect((await readFile(roots, { path: 'a.txt' })).text).toBe('\ufeffa')
  })

  it('refuses a file above the limit, naming size and limit, and takes one at the limit (H23)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': 'x'.repeat(11), 'b.txt': 'x'.repeat(10), 'empty.txt': '' })
    await expect(readFile(roots, { path: 'a.txt', maxBytes: 10 })).rejects.toThrow(/11 bytes, the limit is 10/)
    expect((await readFile(roots, { path: 'b.txt', maxBytes: 10 })).truncated).toBe(false)
    expect(await readFile(roots, { path: 'empty.txt' })).toMatchObject({ text: '', bytes: 0, truncated: false })
  })

  it('marks a truncated text and cuts between characters (H23)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': 'aé€😀' })
    const texts = await Promise.all(
      [1, 2, 3, 5, 6, 9].map((maxBytes) => readFile(roots, { path: 'a.txt', maxBytes, truncate: true })),
    )
    expect(texts.map(({ text }) => text)).toEqual(['a', 'a', 'aé', 'aé', 'aé€', 'aé€'])
    expect(texts.every(({ truncated, bytes }) => truncated && bytes === 10)).toBe(true)
    expect((await readFile(roots, { path: 'a.txt', maxBytes: 10, truncate: true })).truncated).toBe(false)
  })

  it('takes no memory for a giant file, refused or truncated (H23)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'giant.log': '' })
    truncateSync(join(sandbox.workspace, 'giant.log'), GIBIBYTE)
    const before = process.memoryUsage().rss
    expect(await outcomeOf(() => readFile(roots, { path: 'giant.log' }))).toEqual({ code: 'FILE_TOO_LARGE' })
    const result = await readFile(roots, { path: 'giant.log', truncate: true })
    expect({ ...result, text: result.text.length }).toEqual({ text: MEBIBYTE, bytes: GIBIBYTE, truncated: true })
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MEBIBYTE)
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity, READ_BYTES_MAX + 1])('refuses the limit %d (H14)', async (maxBytes) => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    expect(await outcomeOf(() => readFile(roots, { path: 'a', maxBytes }))).toEqual({ code: 'FILE_LIMIT_INVALID' })
  })

  it.skipIf(process.platform !== 'linux')('reads a file of the system that says it is empty', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots({ mounts: { kernel: '/proc/sys/kernel' } })
    const read = await outcomeOf(() => readFile(roots, { path: 'kernel/ostype' }))
    expect(read).toMatchObject({ value: { text: 'Linux\n', bytes: 6, truncated: false } })
  })

  it('reads a hard-linked file of the workspace, as package managers make them, but none of staging (H2)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': 'linked' })
    linkSync(join(sandbox.workspace, 'a.txt'), join(sandbox.workspace, 'b.txt'))
    linkSync(join(sandbox.workspace, 'a.txt'), join(sandbox.staging, 'c.txt'))
    expect((await readFile(roots, { path: 'b.txt' })).text).toBe('linked')
    expect(await outcomeOf(() => readFile(roots, { path: 'c.txt' }))).toEqual({ code: 'FILE_MULTIPLE_LINKS' })
  })
})
