import { chmodSync, linkSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeSandbox, outcomeOf, plant, snapshot } from './sandbox.fixture.ts'
import { writeFile, type WriteRequest } from './write-file.ts'

describe('writeFile', () => {
  it('writes into staging alone, folders included, and says what it wrote', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'site/mars.html': 'old' })
    const before = snapshot(sandbox.workspace)
    expect(await writeFile(roots, { path: './site/mars.html', text: 'new' })).toEqual({
      path: 'site/mars.html',
      bytes: 3,
      sha256: '11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437',
    })
    expect(snapshot(sandbox.workspace)).toEqual(before)
    expect(readFileSync(join(sandbox.staging, 'site/mars.html'), 'utf8')).toBe('new')
  })

  it('replaces what was staged and leaves nothing half-written behind', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    for (const text of ['one', 'two', '']) await writeFile(roots, { path: 'a/b.txt', text })
    expect(Object.keys(snapshot(sandbox.staging)).sort()).toEqual(['a', 'a/b.txt'])
    expect(readFileSync(join(sandbox.staging, 'a/b.txt'), 'utf8')).toBe('')
  })

  it('survives a hundred writers of one file: the file is one of theirs, whole', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const texts = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, '0').repeat(1_000))
    await Promise.all(texts.map((text) => writeFile(roots, { path: 'a/b.txt', text })))
    expect(texts).toContain(readFileSync(join(sandbox.staging, 'a/b.txt'), 'utf8'))
    expect(Object.keys(snapshot(sandbox.staging)).sort()).toEqual(['a', 'a/b.txt'])
  })

  it('writes bytes from base64', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    await writeFile(roots, { path: 'a.bin', base64: '/wDArw==' })
    expect(readFileSync(join(sandbox.staging, 'a.bin'))).toEqual(Buffer.from([0xff, 0x00, 0xc0, 0xaf]))
  })

  it.each([
    ['base64 with blanks', { base64: '/wDA rw==' }],
    ['base64 without padding', { base64: '/wDArw' }],
    ['base64 of the other alphabet', { base64: '_wDArw==' }],
    ['text with half of a surrogate pair', { text: 'a\ud800' }],
    ['text and base64 at once', { text: '', base64: '' }],
    ['neither', {}],
    ['a text that is a number', { text: 7 }],
    ['a base64 that is a list', { base64: [1] }],
  ])('refuses %s (H14)', async (_, content) => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const request = { path: 'a', ...content } as unknown as WriteRequest
    expect(await outcomeOf(() => writeFile(roots, request))).toEqual({ code: 'FILE_CONTENT_INVALID' })
    expect(snapshot(sandbox.staging)).toEqual({})
  })

  it('refuses content above the limit, counted in bytes, before anything is made (H23)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    expect(await outcomeOf(() => writeFile(roots, { path: 'a/b', text: 'éé', maxBytes: 3 }))).toEqual({
      code: 'FILE_TOO_LARGE',
    })
    expect(await outcomeOf(() => writeFile(roots, { path: 'a/b', base64: 'AAAAAA==', maxBytes: 3 }))).toEqual({
      code: 'FILE_TOO_LARGE',
    })
    expect(await outcomeOf(() => writeFile(roots, { path: 'a/b', text: 'x'.repeat(16 * 1024 * 1024 + 1) }))).toEqual({
      code: 'FILE_TOO_LARGE',
    })
    expect(snapshot(sandbox.staging)).toEqual({})
    expect((await writeFile(roots, { path: 'a/b', text: 'éé', maxBytes: 4 })).bytes).toBe(4)
  })

  it('refuses early what publishing would refuse: folders, files as folders, hard links (H2)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'folder/a': '', file: '', one: '' })
    linkSync(join(sandbox.workspace, 'one'), join(sandbox.workspace, 'two'))
    const outcomes = await Promise.all(
      ['folder', 'file/a', 'two'].map((path) => outcomeOf(() => writeFile(roots, { path, text: '' }))),
    )
    expect(outcomes).toEqual([
      { code: 'FILE_NOT_REGULAR' },
      { code: 'FILE_NOT_FOLDER' },
      { code: 'FILE_MULTIPLE_LINKS' },
    ])
    expect(snapshot(sandbox.staging)).toEqual({})
  })

  it('refuses to replace a staged folder, or to write below a staged file', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    mkdirSync(join(sandbox.staging, 'folder'))
    plant(sandbox.staging, { file: '' })
    expect(await outcomeOf(() => writeFile(roots, { path: 'folder', text: '' }))).toEqual({ code: 'FILE_NOT_REGULAR' })
    expect(await outcomeOf(() => writeFile(roots, { path: 'file/a', text: '' }))).toEqual({ code: 'FILE_NOT_FOLDER' })
  })

  it('refuses by code a path that is too deep for the system, below the limit of paths (H1)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const path = `${'a/'.repeat(2047)}b`
    const outcome = await outcomeOf(() => writeFile(roots, { path, text: '' }))
    expect(outcome).toEqual({ code: 'FILE_PATH_INVALID' })
  })

  it.skipIf(process.getuid?.() === 0)('reports a folder that may not be written as a fault of the system', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    chmodSync(sandbox.staging, 0o500)
    expect(await outcomeOf(() => writeFile(roots, { path: 'a', text: '' }))).toEqual({ code: 'FILE_IO' })
  })
})
