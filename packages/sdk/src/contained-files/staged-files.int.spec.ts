import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { declared, makeSandbox, outcomeOf, plant } from './sandbox.fixture.ts'
import { stagedFiles } from './staged-files.ts'

describe('stagedFiles', () => {
  it.each([false, true])(
    'finds every regular file with size and hash, sorted by code unit (sync: %s)',
    async (sync) => {
      using sandbox = makeSandbox()
      const files = { 'b.txt': 'b', 'a/z.txt': '', 'a/b/c.txt': 'é'.repeat(300_000), 'Z.txt': 'Z' }
      plant(sandbox.staging, { ...files, '.git/config': 'passed over', '.bosun-tmp-0-1': 'half-written' })
      mkdirSync(join(sandbox.staging, 'empty'))
      expect(await stagedFiles(sandbox.staging, { sync })).toEqual({
        files: ['Z.txt', 'a/b/c.txt', 'a/z.txt', 'b.txt'].map((path) =>
          declared(path, files[path as keyof typeof files]),
        ),
        removed: [],
        refused: [],
      })
    },
  )

  it('names what it cannot take instead of dropping it: links, hard links, odd names (H2)', async () => {
    using sandbox = makeSandbox()
    plant(sandbox.staging, { 'good.txt': '', 'a:b': '', 'trailing.': '' })
    plant(sandbox.outside, { 'secret.txt': 'CANARY' })
    symlinkSync(sandbox.outside, join(sandbox.staging, 'folder-link'))
    symlinkSync(join(sandbox.outside, 'secret.txt'), join(sandbox.staging, 'file-link'))
    linkSync(join(sandbox.outside, 'secret.txt'), join(sandbox.staging, 'hard-link'))
    writeFileSync(Buffer.concat([Buffer.from(`${sandbox.staging}/`), Buffer.from([0xff])]), '')
    const { files, refused } = await stagedFiles(sandbox.staging)
    expect(files).toEqual([declared('good.txt', '')])
    expect(refused.map(({ code, at }) => `${at} ${code}`).sort()).toEqual([
      'a:b FILE_PATH_INVALID',
      'file-link FILE_IS_LINK',
      'folder-link FILE_IS_LINK',
      'hard-link FILE_MULTIPLE_LINKS',
      'trailing. FILE_PATH_INVALID',
      '\ufffd FILE_PATH_INVALID',
    ])
  })

  it('refuses more files than its limit (H23)', async () => {
    using sandbox = makeSandbox()
    plant(sandbox.staging, { a: '', b: '', c: '' })
    expect(await outcomeOf(() => stagedFiles(sandbox.staging, { maxFiles: 2 }))).toEqual({ code: 'FILE_TOO_LARGE' })
    expect((await stagedFiles(sandbox.staging, { maxFiles: 3 })).files).toHaveLength(3)
  })
})
