import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deleteFile } from './delete-file.ts'
import { editFile } from './edit-file.ts'
import { listFolder } from './list-folder.ts'
import { moveFile } from './move-file.ts'
import { publish } from './publish.ts'
import { readFile } from './read-file.ts'
import type { Roots } from './roots.ts'
import {
  CANARY_NAME,
  CANARY_TEXT,
  declared,
  makeSandbox,
  outcomeOf,
  plant,
  snapshot,
  snapshotOutside,
  type Sandbox,
} from './sandbox.fixture.ts'
import { stagedFiles } from './staged-files.ts'
import { writeFile } from './write-file.ts'

interface Layout {
  readonly title: string
  /** The path that an operation is given. */
  readonly path: string
  /** The code that every operation must end with, or with one of its own. */
  readonly code: string
  readonly list?: string
  /** Only where many names are fine, as in a workspace. */
  readonly readInWorkspace?: 'allowed'
  readonly make: (root: string, sandbox: Sandbox) => void | Promise<Disposable>
}

const link = (target: (sandbox: Sandbox, root: string) => string, name = 'x') => {
  return (root: string, sandbox: Sandbox) => symlinkSync(target(sandbox, root), join(root, name))
}

const LINK_LAYOUTS: readonly Omit<Layout, 'code'>[] = [
  { title: 'a link to a file outside', path: 'x', make: link(({ outside }) => join(outside, CANARY_NAME)) },
  { title: 'a relative link to a file outside', path: 'x', make: link(() => `../outside/${CANARY_NAME}`) },
  { title: 'a link to a file inside', path: 'x', make: link((_, root) => join(root, 'inside.txt')) },
  { title: 'a relative link to a file inside', path: 'x', make: link(() => 'inside.txt') },
  { title: 'a link to a folder outside', path: 'x', make: link(({ outside }) => outside) },
  { title: 'a link to the folder above', path: 'x', make: link(() => '..') },
  { title: 'a link to its own folder', path: 'x', make: link(() => '.') },
  { title: 'a link to nothing, outside', path: 'x', make: link(({ outside }) => join(outside, 'new.txt')) },
  { title: 'a link to itself', path: 'x', make: link(() => 'x') },
  { title: 'a link to a device', path: 'x', make: link(() => '/dev/zero') },
  { title: 'a link to a magic link of the kernel', path: 'x', make: link(() => '/proc/self/root') },
  { title: 'a file below a link to a folder outside', path: `x/${CANARY_NAME}`, make: link(({ outside }) => outside) },
  { title: 'a new file below a link to a folder outside', path: 'x/new.txt', make: link(({ outside }) => outside) },
  { title: 'a file below a link to a folder inside', path: 'x/deep.txt', make: link(() => 'folder') },
  { title: 'a file below a link to the top', path: 'x/etc/passwd', make: link(() => '/') },
  {
    title: 'a file below a link in a folder',
    path: `folder/x/${CANARY_NAME}`,
    make: link(({ outside }) => outside, 'folder/x'),
  },
  {
    title: 'a link to a link to a file outside',
    path: 'x',
    make: (root, { outside }) => {
      symlinkSync(join(outside, CANARY_NAME), join(root, 'y'))
      symlinkSync('y', join(root, 'x'))
    },
  },
]

const OTHERS: readonly Layout[] = [
  {
    title: 'a hard link to a file outside',
    path: 'x',
    code: 'FILE_MULTIPLE_LINKS',
    list: 'FILE_NOT_FOLDER',
    readInWorkspace: 'allowed',
    make: (root, { outside }) => linkSync(join(outside, CANARY_NAME), join(root, 'x')),
  },
  {
    title: 'a hard link to a file inside',
    path: 'x',
    code: 'FILE_MULTIPLE_LINKS',
    list: 'FILE_NOT_FOLDER',
    readInWorkspace: 'allowed',
    make: (root) => linkSync(join(root, 'inside.txt'), join(root, 'x')),
  },
  {
    title: 'a pipe that nobody writes to',
    path: 'x',
    code: 'FILE_NOT_REGULAR',
    list: 'FILE_NOT_FOLDER',
    make: (root) => void execFileSync('mkfifo', [join(root, 'x')]),
  },
  { title: 'a socket', path: 'x', code: 'FILE_NOT_REGULAR', list: 'FILE_NOT_FOLDER', make: (root) => listen(root) },
  {
    title: 'a file as a folder',
    path: 'inside.txt/x',
    code: 'FILE_NOT_FOLDER',
    make: () => {},
  },
  {
    title: 'a pipe as a folder',
    path: 'x/y',
    code: 'FILE_NOT_FOLDER',
    make: (root) => void execFileSync('mkfifo', [join(root, 'x')]),
  },
  {
    title: 'a folder as a file',
    path: 'x',
    code: 'FILE_NOT_REGULAR',
    list: 'allowed',
    make: (root) => void mkdirSync(join(root, 'x')),
  },
]

const LAYOUTS: readonly Layout[] = [...LINK_LAYOUTS.map((layout) => ({ ...layout, code: 'FILE_IS_LINK' })), ...OTHERS]

describe('layouts of links and special files', () => {
  it('are twenty-four', () => {
    expect(LAYOUTS).toHaveLength(24)
  })

  describe.each(['workspace', 'staging'] as const)('in the %s', (place) => {
    it.each(LAYOUTS)('$title: no operation follows it (H2)', async (layout) => {
      using sandbox = makeSandbox()
      using roots = sandbox.openRoots()
      using resources = new DisposableStack()
      resources.use(await prepare(sandbox, sandbox[place], layout))
      const before = snapshotOutside(sandbox)
      const read = await outcomeOf(() => readFile(roots, { path: layout.path }))
      const isReadable = place === 'workspace' && layout.readInWorkspace === 'allowed'
      expect(codeOf(read)).toBe(isReadable ? 'allowed' : layout.code)
      const list = await outcomeOf(() => listFolder(roots, { path: layout.path }))
      expect(codeOf(list)).toBe(layout.list ?? layout.code)
      const write = await outcomeOf(() => writeFile(roots, { path: layout.path, text: 'planted' }))
      expect(write).toEqual({ code: layout.code })
      for (const change of changesOf(roots, layout.path)) expect(await outcomeOf(change)).toEqual({ code: layout.code })
      const moved = await outcomeOf(() => moveFile(roots, { from: 'folder/deep.txt', to: layout.path }))
      // What is there is in the way; what cannot be looked at says why.
      expect(['FILE_EXISTS', layout.code]).toContain(codeOf(moved))
      expect((await stagedFiles(sandbox.staging)).removed).toEqual([])
      expect(snapshotOutside(sandbox)).toEqual(before)
    })
  })

  it.each(LAYOUTS)(
    '$title, in the workspace: nothing that is marked as removed goes through it (H2)',
    async (layout) => {
      using sandbox = makeSandbox()
      using resources = new DisposableStack()
      resources.use(await prepare(sandbox, sandbox.workspace, layout))
      const before = { outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }
      const removed = await outcomeOf(() => publish({ ...sandbox, files: [], removed: [layout.path] }))
      // A name that is not there is gone already; whatever is there stays.
      expect(removed).toEqual({ code: layout.code })
      expect({ outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }).toEqual(before)
    },
  )

  it.each(LAYOUTS)('$title, staged: it is not published, and named (H2)', async (layout) => {
    using sandbox = makeSandbox()
    using resources = new DisposableStack()
    resources.use(await prepare(sandbox, sandbox.staging, layout))
    const found = await stagedFiles(sandbox.staging)
    const first = layout.path.split('/')[0] ?? ''
    expect(found.files.filter(({ path }) => path === first && path !== 'inside.txt')).toEqual([])
    const files = [declared(layout.path, CANARY_TEXT)]
    const published = await outcomeOf(() => publish({ ...sandbox, files }))
    expect(published).toEqual({ code: layout.code })
    expect(Object.values(snapshot(sandbox.workspace)).filter((kind) => kind.startsWith('file'))).toEqual([])
  })

  it.each(LAYOUTS)('$title, in the workspace: nothing is published over or through it (H2)', async (layout) => {
    using sandbox = makeSandbox()
    plant(sandbox.staging, { [layout.path]: 'planted' })
    using resources = new DisposableStack()
    resources.use(await prepare(sandbox, sandbox.workspace, layout))
    const before = { outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }
    const files = [declared(layout.path, 'planted')]
    const published = await outcomeOf(() => publish({ ...sandbox, files }))
    expect(published).toEqual({ code: layout.code })
    expect({ outside: snapshotOutside(sandbox), workspace: snapshot(sandbox.workspace) }).toEqual(before)
  })

  it.skipIf(process.platform !== 'linux')('devices are refused as well, without being opened (H2)', async () => {
    using sandbox = makeSandbox()
    using roots = sandbox.openRoots({ mounts: { dev: '/dev' } })
    const outcomes = await Promise.all(
      ['dev/zero', 'dev/null', 'dev/tty'].map((path) => outcomeOf(() => readFile(roots, { path }))),
    )
    expect(outcomes).toEqual(outcomes.map(() => ({ code: 'FILE_NOT_REGULAR' })))
  })
})

/** The operations that change a file which is there. */
function changesOf(roots: Roots, path: string): (() => Promise<unknown>)[] {
  return [
    () => editFile(roots, { path, oldText: 'e', newText: 'planted', all: true }),
    () => moveFile(roots, { from: path, to: 'moved' }),
    () => deleteFile(roots, { path }),
  ]
}

function codeOf(outcome: object): unknown {
  return 'code' in outcome ? outcome.code : 'allowed'
}

async function prepare(sandbox: Sandbox, root: string, layout: Layout): Promise<Disposable> {
  plant(root, { 'inside.txt': 'inside', 'folder/deep.txt': 'deep' })
  return (await layout.make(root, sandbox)) ?? { [Symbol.dispose]: () => {} }
}

function listen(root: string): Promise<Disposable> {
  const { promise, resolve, reject } = Promise.withResolvers<Disposable>()
  const server: Server = createServer()
  server.once('error', reject)
  server.listen(join(root, 'x'), () => resolve({ [Symbol.dispose]: () => void server.close() }))
  return promise
}
