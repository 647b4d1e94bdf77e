import { chmodSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { moveFile } from './move-file.ts'
import { publish } from './publish.ts'
import { readFile } from './read-file.ts'
import { removalMark } from './removal-mark.ts'
import { declared, makeSandbox, outcomeOf, plant, snapshot } from './sandbox.fixture.ts'
import { stagedFiles } from './staged-files.ts'
import { writeFile } from './write-file.ts'

describe('editFile', () => {
  it.each([
    ['is not there', 'z', undefined, 'The text to replace is not in the file.'],
    ['stands twice', 'b', undefined, 'stands in the file more than once'],
    ['overlaps itself', 'aa', undefined, 'stands in the file more than once'],
    ['is empty', '', true, 'is empty'],
  ])('fails loudly when the text %s, and changes nothing', async (_, oldText, all, message) => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { a: 'aaa b b' })
    const edit = editFile(roots, { path: 'a', oldText, newText: 'x', ...(all === undefined ? {} : { all }) })
    await expect(edit).rejects.toMatchObject({ code: 'FILE_EDIT_MISMATCH', message: expect.stringContaining(message) })
    expect(snapshot(sandbox.staging)).toEqual({})
  })

  it('replaces every occurrence when it is asked to, and takes `$&` for what it is', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { a: 'one b two b' })
    expect(await editFile(roots, { path: 'a', oldText: 'b', newText: '$&', all: true })).toMatchObject({
      replacedCount: 2,
      bytes: 13,
    })
    expect((await readFile(roots, { path: 'a' })).text).toBe('one $& two $&')
  })

  it('refuses a file that is another one than was read', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { a: 'old text' })
    const read = await readFile(roots, { path: 'a' })
    const edit = { path: 'a', oldText: 'text', newText: 'book', expectedSha256: read.sha256 ?? '' }
    plant(sandbox.workspace, { a: 'new text' })
    expect(await outcomeOf(() => editFile(roots, edit))).toEqual({ code: 'FILE_EDIT_MISMATCH' })
    plant(sandbox.workspace, { a: 'old text' })
    expect(await editFile(roots, edit)).toMatchObject({ replacedCount: 1 })
    // What it has made of the file itself is a change as well.
    expect(await outcomeOf(() => editFile(roots, edit))).toEqual({ code: 'FILE_EDIT_MISMATCH' })
  })

  it('loses none of a hundred edits of one file that are asked for at once', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const words = Array.from({ length: 100 }, (_, index) => `<${index}>`)
    plant(sandbox.workspace, { a: words.join(' ') })
    await Promise.all(
      words.map((word) =>
        editFile(roots, { path: 'a', oldText: word, newText: word.replace('<', '[').replace('>', ']') }),
      ),
    )
    expect((await readFile(roots, { path: 'a' })).text).toBe(words.map((word) => `[${word.slice(1, -1)}]`).join(' '))
  })

  it('goes on after an edit that failed, and refuses what is no text', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { a: 'x' })
    const outcomes = await Promise.all([
      outcomeOf(() => editFile(roots, { path: 'a', oldText: 'y', newText: '' })),
      outcomeOf(() => editFile(roots, { path: 'a', oldText: 'x', newText: '\ud800' })),
      outcomeOf(() => editFile(roots, { path: 'a', oldText: 'x', newText: 'é' })),
    ])
    expect(outcomes).toMatchObject([
      { code: 'FILE_EDIT_MISMATCH' },
      { code: 'FILE_CONTENT_INVALID' },
      { value: { bytes: 2 } },
    ])
  })
})

describe('moveFile', () => {
  it('keeps bytes and mode, and nothing of it is in the workspace until it is published', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'run.sh': '\ufeffecho' })
    chmodSync(join(sandbox.workspace, 'run.sh'), 0o755)
    await moveFile(roots, { from: 'run.sh', to: 'bin/run' })
    expect(await outcomeOf(() => readFile(roots, { path: 'run.sh' }))).toEqual({ code: 'FILE_NOT_FOUND' })
    expect(Object.keys(snapshot(sandbox.workspace))).toEqual(['run.sh'])
    const found = await stagedFiles(sandbox.staging, { sync: true })
    expect(found).toEqual({ files: [declared('bin/run', '\ufeffecho')], removed: ['run.sh'], refused: [] })
    await publish({ ...sandbox, ...found })
    expect(Object.keys(snapshot(sandbox.workspace))).toEqual(['bin', 'bin/run'])
    expect(statSync(join(sandbox.workspace, 'bin/run')).mode & 0o7777).toBe(0o755)
  })

  it('takes no place that is taken, not even its own', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { a: 'a', b: 'b', 'd/c': 'c' })
    await writeFile(roots, { path: 'e', text: 'e' })
    const outcomes = await Promise.all(
      ['a', 'b', 'd', 'e'].map((to) => outcomeOf(() => moveFile(roots, { from: 'a', to }))),
    )
    expect(outcomes).toEqual(outcomes.map(() => ({ code: 'FILE_EXISTS' })))
    expect(await outcomeOf(() => moveFile(roots, { from: 'd', to: 'f' }))).toEqual({ code: 'FILE_NOT_REGULAR' })
  })

  it('neither moves out of a read-only mount nor into one', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.mount, { m: 'm' })
    plant(sandbox.workspace, { a: 'a' })
    for (const request of [
      { from: 'code/m', to: 'b' },
      { from: 'a', to: 'code/b' },
    ])
      expect(await outcomeOf(() => moveFile(roots, request))).toEqual({ code: 'FILE_READ_ONLY' })
    expect(await outcomeOf(() => deleteFile(roots, { path: 'code/m' }))).toEqual({ code: 'FILE_READ_ONLY' })
    expect(snapshot(sandbox.staging)).toEqual({})
  })
})

describe('deleteFile', () => {
  it('leaves no mark for a file that was only staged, and one for a file of the workspace', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'd/a': 'a' })
    await writeFile(roots, { path: 'd/b', text: 'b' })
    expect(await deleteFile(roots, { path: 'd/b' })).toEqual({ path: 'd/b', bytes: 1 })
    expect(await stagedFiles(sandbox.staging)).toEqual({ files: [], removed: [], refused: [] })
    await deleteFile(roots, { path: 'd/a' })
    expect(await outcomeOf(() => deleteFile(roots, { path: 'd/a' }))).toEqual({ code: 'FILE_NOT_FOUND' })
    expect((await stagedFiles(sandbox.staging)).removed).toEqual(['d/a'])
    expect(existsSync(join(sandbox.workspace, 'd/a'))).toBe(true)
  })

  it('in a staging that is a whole copy, what is gone is gone, without a mark', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots({ isWhole: true })
    plant(sandbox.workspace, { a: 'a', b: 'not in the copy' })
    plant(sandbox.staging, { a: 'a' })
    await deleteFile(roots, { path: 'a' })
    for (const path of ['a', 'b'])
      expect(await outcomeOf(() => readFile(roots, { path }))).toEqual({ code: 'FILE_NOT_FOUND' })
    expect(snapshot(sandbox.staging)).toEqual({})
  })

  it('a mark that somebody forged is refused, and one beside its file does not count (H27)', async () => {
    using sandbox = makeSandbox()
    plant(sandbox.staging, {
      [removalMark('a')]: 'b',
      [removalMark('../a')]: '../a',
      [removalMark('.')]: '.',
      [removalMark('c')]: 'c',
      c: 'c',
      [`d/${removalMark('e')}`]: 'x'.repeat(10_000),
    })
    const { files, removed, refused } = await stagedFiles(sandbox.staging)
    expect(files.map(({ path }) => path)).toEqual(['c'])
    expect(removed).toEqual([])
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'FILE_PATH_INVALID'))
    expect(refused).toHaveLength(4)
  })

  it('the names of marks cannot be read, written or listed (H27)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    const path = removalMark('a')
    plant(sandbox.workspace, { a: 'a', [path]: '' })
    for (const attempt of [
      () => readFile(roots, { path }),
      () => writeFile(roots, { path, text: 'a' }),
      () => deleteFile(roots, { path: path.toUpperCase() }),
      () => moveFile(roots, { from: 'a', to: `d/${path}` }),
    ])
      expect(await outcomeOf<unknown>(attempt)).toEqual({ code: 'FILE_PATH_INVALID' })
    // One that lies in the workspace hides nothing.
    expect((await readFile(roots, { path: 'a' })).text).toBe('a')
  })
})
