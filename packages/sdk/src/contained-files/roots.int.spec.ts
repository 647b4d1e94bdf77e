import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'
import { readFile } from './read-file.ts'
import { Roots } from './roots.ts'
import { makeSandbox, outcomeOf, plant } from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

const code = (value: string) => expect.objectContaining({ code: value })

describe('Roots', () => {
  it('refuses roots that are relative, missing or no folder', () => {
    using sandbox = makeSandbox()
    plant(sandbox.workspace, { file: '' })
    for (const workspace of ['relative', join(sandbox.base, 'missing'), join(sandbox.workspace, 'file')])
      expect(() => Roots.open({ workspace })).toThrow(code('FILE_ROOT_INVALID'))
  })

  it('refuses staging that is, holds or lies openly in another root', () => {
    using sandbox = makeSandbox()
    const open = join(sandbox.workspace, 'staging')
    mkdirSync(open)
    for (const staging of [sandbox.workspace, sandbox.base, sandbox.mount, open])
      expect(() => sandbox.openRoots({ staging })).toThrow(code('FILE_ROOT_INVALID'))
  })

  it('allows staging below a protected name of the workspace, which no path can reach (H27)', async () => {
    using sandbox = makeSandbox()
    const staging = join(sandbox.workspace, '.bosun/staging/run-1')
    mkdirSync(staging, { recursive: true })
    using roots = sandbox.openRoots({ staging, mounts: {} })
    await writeFile(roots, { path: 'a.txt', text: 'staged' })
    expect((await readFile(roots, { path: 'a.txt' })).text).toBe('staged')
    expect(await outcomeOf(() => readFile(roots, { path: '.bosun/staging/run-1/a.txt' }))).toEqual({
      code: 'FILE_PATH_PROTECTED',
    })
    expect((await listFolder(roots, { path: '.' })).map(({ name }) => name)).toEqual(['a.txt'])
  })

  it('does not take a folder whose name only begins alike for one inside (H1)', () => {
    using sandbox = makeSandbox()
    const twin = `${sandbox.workspace}-twin`
    mkdirSync(twin)
    expect(() => sandbox.openRoots({ staging: twin })[Symbol.dispose]()).not.toThrow()
  })

  it('refuses mounts whose name is no plain name', () => {
    using sandbox = makeSandbox()
    for (const name of ['', '..', 'a/b', 'a:b', '.git', 'nul'])
      expect(() => sandbox.openRoots({ mounts: { [name]: sandbox.mount } })).toThrow(code('FILE_PATH_INVALID'))
  })

  it('lets a mount answer for its name, over workspace and staging', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.mount, { 'a/b.ts': 'mounted' })
    plant(sandbox.workspace, { 'code/a/b.ts': 'hidden', 'codex/a.ts': 'own' })
    expect((await readFile(roots, { path: 'code/a/b.ts' })).text).toBe('mounted')
    expect((await readFile(roots, { path: 'codex/a.ts' })).text).toBe('own')
    expect(await outcomeOf(() => writeFile(roots, { path: 'code/new.ts', text: '' }))).toEqual({
      code: 'FILE_READ_ONLY',
    })
    expect(await outcomeOf(() => writeFile(roots, { path: 'code', text: '' }))).toEqual({ code: 'FILE_READ_ONLY' })
    expect(await outcomeOf(() => readFile(roots, { path: 'code' }))).toEqual({ code: 'FILE_NOT_REGULAR' })
  })

  it('refuses every write without staging', async () => {
    using sandbox = makeSandbox()
    using roots = Roots.open({ workspace: sandbox.workspace })
    expect(await outcomeOf(() => writeFile(roots, { path: 'a', text: '' }))).toEqual({ code: 'FILE_READ_ONLY' })
  })

  it('keeps to the folder that was opened when its path is given to another one (H3)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a.txt': 'mine' })
    plant(sandbox.outside, { 'a.txt': 'CANARY' })
    renameSync(sandbox.workspace, join(sandbox.base, 'moved'))
    symlinkSync(sandbox.outside, sandbox.workspace)
    expect((await readFile(roots, { path: 'a.txt' })).text).toBe('mine')
  })

  it.skipIf(process.platform !== 'linux')('holds no descriptor after an operation, done or refused', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots()
    plant(sandbox.workspace, { 'a/b.txt': '', 'c.txt': '' })
    symlinkSync(sandbox.outside, join(sandbox.workspace, 'link'))
    const before = descriptorCount()
    for (let round = 0; round < 20; round += 1)
      for (const path of ['a/b.txt', 'a', 'c.txt/d', 'link', 'link/x', 'missing/x', 'new/x.txt', '../x'])
        for (const operation of [
          () => readFile(roots, { path }),
          () => readFile(roots, { path, maxBytes: 0 }),
          () => listFolder(roots, { path }),
          () => listFolder(roots, { path, maxEntries: 1 }),
          () => writeFile(roots, { path, text: 'x' }),
        ])
          await outcomeOf<unknown>(operation)
    expect(descriptorCount() - before).toBeLessThan(5)
  })

  it('refuses operations once it is closed, by code', async () => {
    using sandbox = makeSandbox()
    const roots = sandbox.openRoots()
    roots[Symbol.dispose]()
    roots[Symbol.dispose]()
    expect(await outcomeOf(() => readFile(roots, { path: 'a' }))).toEqual({ code: 'FILE_ROOT_INVALID' })
  })
})

function descriptorCount(): number {
  return readdirSync('/proc/self/fd').length
}
