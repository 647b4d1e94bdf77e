import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'
import { makeSandbox, outcomeOf, plant } from './sandbox.fixture.ts'

describe('listFolder', () => {
  it('merges staging over the workspace, sorted by code unit, and hides what is protected or half-written', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots({ mounts: {} })
    plant(sandbox.workspace, {
      'b.txt': 'old',
      'Z.txt': '1',
      'é.txt': '22',
      'folder/x': '',
      '.git/config': '',
      '.bosun-tmp-0-1': '',
    })
    plant(sandbox.staging, { 'b.txt': 'newer', 'a.txt': '', 'new/x': '' })
    symlinkSync('/etc', join(sandbox.workspace, 'link'))
    expect(await listFolder(roots, { path: '.' })).toEqual([
      { name: 'Z.txt', kind: 'file', bytes: 1 },
      { name: 'a.txt', kind: 'file', bytes: 0 },
      { name: 'b.txt', kind: 'file', bytes: 5 },
      { name: 'folder', kind: 'folder', bytes: 0 },
      { name: 'link', kind: 'link', bytes: 0 },
      { name: 'new', kind: 'folder', bytes: 0 },
      { name: 'é.txt', kind: 'file', bytes: 2 },
    ])
  })

  it('shows the mounts at the top, in place of what they hide', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { code: 'a file that the mount hides' })
    plant(sandbox.mount, { 'main.ts': '12' })
    expect(await listFolder(roots, { path: '.' })).toEqual([{ name: 'code', kind: 'folder', bytes: 0 }])
    expect(await listFolder(roots, { path: 'code' })).toEqual([{ name: 'main.ts', kind: 'file', bytes: 2 }])
  })

  it('lists a folder that is only staged, only in the workspace, or a file below', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.staging, { 'staged/a': '', 'both/a': '' })
    plant(sandbox.workspace, { 'kept/a': '', both: 'a file that the folder hides' })
    for (const path of ['staged', 'kept', 'both'])
      expect(await listFolder(roots, { path })).toEqual([{ name: 'a', kind: 'file', bytes: 0 }])
  })

  it('refuses what is missing or no folder', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': '' })
    expect(await outcomeOf(() => listFolder(roots, { path: 'missing' }))).toEqual({ code: 'FILE_NOT_FOUND' })
    expect(await outcomeOf(() => listFolder(roots, { path: 'a.txt' }))).toEqual({ code: 'FILE_NOT_FOLDER' })
  })

  it('refuses a folder with more entries than the limit, both layers together (H23)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    for (const folder of [sandbox.workspace, sandbox.staging]) {
      mkdirSync(join(folder, 'many'))
      for (let index = 0; index < 300; index += 1) writeFileSync(join(folder, 'many', `${folder.length}-${index}`), '')
    }
    expect(await listFolder(roots, { path: 'many', maxEntries: 600 })).toHaveLength(600)
    await expect(listFolder(roots, { path: 'many', maxEntries: 599 })).rejects.toThrow('more than 599 entries')
    expect(await outcomeOf(() => listFolder(roots, { path: 'many', maxEntries: 0 }))).toEqual({
      code: 'FILE_LIMIT_INVALID',
    })
  })

  it('shows a name that is not text, as something no path can say', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots({ mounts: {} })
    writeFileSync(Buffer.concat([Buffer.from(`${sandbox.workspace}/`), Buffer.from([0x61, 0xff])]), '')
    expect(await listFolder(roots, { path: '.' })).toEqual([{ name: 'a\ufffd', kind: 'other', bytes: 0 }])
  })
})
