import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolder } from './list-folder.ts'
import { readFile } from './read-file.ts'
import { CANARY_NAME, makeSandbox, outcomeOf, plant, snapshot } from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

const weaker = { descriptorPaths: false }

describe('on a system without descriptor paths', () => {
  it('reads, lists and writes as elsewhere', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots(weaker)
    plant(sandbox.workspace, { 'a/b.txt': 'old' })
    expect((await readFile(roots, { path: 'a/b.txt' })).text).toBe('old')
    await writeFile(roots, { path: 'a/b.txt', text: 'newer' })
    expect((await readFile(roots, { path: 'a/b.txt' })).text).toBe('newer')
    expect(await listFolder(roots, { path: 'a' })).toEqual([{ name: 'b.txt', kind: 'file', bytes: 5 }])
  })

  it('refuses links at every part of a path (H2)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots(weaker)
    for (const root of [sandbox.workspace, sandbox.staging]) {
      symlinkSync(sandbox.outside, join(root, 'folder'))
      symlinkSync(join(sandbox.outside, CANARY_NAME), join(root, 'file'))
    }
    const before = snapshot(sandbox.outside)
    for (const path of ['file', `folder/${CANARY_NAME}`, 'folder'])
      for (const operation of [
        () => readFile(roots, { path }),
        () => listFolder(roots, { path }),
        () => writeFile(roots, { path, text: '' }),
      ])
        expect(await outcomeOf<unknown>(operation)).toEqual({ code: 'FILE_IS_LINK' })
    expect(snapshot(sandbox.outside)).toEqual(before)
  })

  it('notices a folder that is swapped for a link at any step of a walk (H3)', async () => {
    for (let at = 0; at < 12; at += 1) {
      using sandbox = makeSandbox()
      plant(sandbox.workspace, { 'a/swap/secret.txt': 'inside' })
      plant(sandbox.outside, { 'secret.txt': 'CANARY' })
      let step = 0
      const onWalk = () => {
        if (step++ !== at) return
        renameSync(join(sandbox.workspace, 'a/swap'), join(sandbox.workspace, 'a/spare'))
        symlinkSync(sandbox.outside, join(sandbox.workspace, 'a/swap'))
      }
      using roots = sandbox.openRoots({ ...weaker, onWalk })
      const outcome = await outcomeOf(() => readFile(roots, { path: 'a/swap/secret.txt' }))
      expect(JSON.stringify(outcome)).not.toContain('CANARY')
    }
  })

  it('refuses a root whose path was given to another folder (H3)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots(weaker)
    renameSync(sandbox.workspace, join(sandbox.base, 'moved'))
    mkdirSync(sandbox.workspace)
    plant(sandbox.workspace, { 'a.txt': 'CANARY' })
    expect(await outcomeOf(() => readFile(roots, { path: 'a.txt' }))).toEqual({ code: 'FILE_OUTSIDE_ROOT' })
  })
})
