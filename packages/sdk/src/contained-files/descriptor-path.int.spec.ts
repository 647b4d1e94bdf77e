import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasDescriptorPaths, liesInside } from './descriptor-path.ts'
import { listFolder } from './list-folder.ts'
import { readFile } from './read-file.ts'
import { Roots } from './roots.ts'
import { makeSandbox, outcomeOf, plant, snapshot } from './sandbox.fixture.ts'
import { writeFile } from './write-file.ts'

describe.skipIf(process.platform !== 'linux')('liesInside', () => {
  it('compares whole names, not beginnings (H1)', () => {
    using sandbox = makeSandbox()
    using open = new DisposableStack()
    const descriptor = (path: string) => open.adopt(openSync(path, 'r'), closeSync)
    mkdirSync(`${sandbox.workspace}-twin`)
    plant(sandbox.workspace, { 'a/b.txt': '' })
    const root = descriptor(sandbox.workspace)
    const inside = ['', 'a', 'a/b.txt'].map((path) => liesInside(root, descriptor(join(sandbox.workspace, path))))
    expect(inside).toEqual([true, true, true])
    const outside = [`${sandbox.workspace}-twin`, sandbox.outside, sandbox.base, '/'].map((path) =>
      liesInside(root, descriptor(path)),
    )
    expect(outside).toEqual([false, false, false, false])
    expect(liesInside(descriptor('/'), root)).toBe(true)
    expect(hasDescriptorPaths(root, sandbox.workspace)).toBe(true)
    expect(hasDescriptorPaths(root, sandbox.outside)).toBe(false)
  })

  it('finds a folder out that is moved away while it is walked (H3)', async () => {
    const codes: string[] = []
    for (let at = 0; at < 7; at += 1) {
      using sandbox = makeSandbox()
      plant(sandbox.workspace, { 'a/b/c.txt': 'inside' })
      let step = 0
      const onWalk = () => {
        if (step++ === at) renameSync(join(sandbox.workspace, 'a'), join(sandbox.outside, 'a'))
      }
      using roots = sandbox.openRoots({ onWalk })
      const outcome = await outcomeOf(() => readFile(roots, { path: 'a/b/c.txt' }))
      codes.push('code' in outcome ? outcome.code : outcome.value.text)
    }
    // Staging is asked first, for the file and for the mark of its removal. Before the folder of the
    // workspace is open it is missing; after that, and until the file is, it is outside.
    expect(codes).toEqual([
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'FILE_OUTSIDE_ROOT',
      'FILE_OUTSIDE_ROOT',
      'FILE_OUTSIDE_ROOT',
      'inside',
    ])
  })

  it('lists nothing of a folder that is moved away while it is walked (H3)', async () => {
    const codes = new Set<string>()
    for (let at = 0; at < 3; at += 1) {
      using sandbox = makeSandbox()
      plant(sandbox.workspace, { 'a/b/c.txt': 'inside' })
      let step = 0
      const onWalk = () => {
        if (step++ === at) renameSync(join(sandbox.workspace, 'a'), join(sandbox.outside, 'a'))
      }
      using roots = Roots.open({ workspace: sandbox.workspace, onWalk })
      const outcome = await outcomeOf(() => listFolder(roots, { path: 'a/b' }))
      codes.add('code' in outcome ? outcome.code : 'done')
    }
    expect([...codes].sort()).toEqual(['FILE_NOT_FOUND', 'FILE_OUTSIDE_ROOT', 'done'])
  })

  it('leaves no content in a folder that is moved away while a file is written (H3)', async () => {
    const codes = new Set<string>()
    for (let at = 0; at < 16; at += 1) {
      using sandbox = makeSandbox()
      plant(sandbox.staging, { 'a/b.txt': 'old' })
      let step = 0
      const onWalk = () => {
        if (step++ === at) renameSync(join(sandbox.staging, 'a'), join(sandbox.outside, 'a'))
      }
      using roots = sandbox.openRoots({ onWalk })
      const outcome = await outcomeOf(() => writeFile(roots, { path: 'a/new.txt', text: 'new' }))
      const code = 'code' in outcome ? outcome.code : 'done'
      codes.add(code)
      const moved = Object.keys(snapshot(sandbox.outside)).filter((path) => path.startsWith('a/'))
      expect(code === 'done' ? [] : moved.filter((path) => path !== 'a/b.txt')).toEqual([])
    }
    expect(codes).toContain('FILE_OUTSIDE_ROOT')
  })

  it('follows no link that takes the place of a file between a look and its opening (H3)', async () => {
    const codes = new Set<string>()
    for (const target of ['inside.txt', '../outside/canary.txt'])
      for (let at = 0; at < 4; at += 1) {
        using sandbox = makeSandbox()
        plant(sandbox.workspace, { 'a.txt': 'mine', 'inside.txt': 'CANARY' })
        let step = 0
        const onWalk = () => {
          if (step++ !== at) return
          rmSync(join(sandbox.workspace, 'a.txt'))
          symlinkSync(target, join(sandbox.workspace, 'a.txt'))
        }
        using roots = Roots.open({ workspace: sandbox.workspace, onWalk })
        const outcome = await outcomeOf(() => readFile(roots, { path: 'a.txt' }))
        codes.add('code' in outcome ? outcome.code : outcome.value.text)
      }
    expect([...codes].sort()).toEqual(['FILE_IS_LINK', 'mine'])
  })
})
