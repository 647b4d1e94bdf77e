import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  listContainedFolder,
  readContainedFile,
  Roots,
  writeContainedFile,
  type Json,
  type WorkerContext,
} from '@bosun/sdk'
import { afterEach, describe, expect, it } from 'vitest'
import type { FolderScan } from './folder-scan.ts'
import { scanFolder } from './scan-folder.ts'
import { writeMap } from './write-map.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A code base on disk, and the tools of an attempt over it. */
function codeBase(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-codemap-'))
  folders.push(folder)
  const [code, staging] = [join(folder, 'code'), join(folder, '.bosun/staging')]
  for (const path of [code, staging]) mkdirSync(path, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(code, path)), { recursive: true })
    writeFileSync(join(code, path), text)
  }
  const inRoots = async <T>(work: (roots: Roots) => Promise<T>): Promise<T> => {
    using roots = Roots.open({ workspace: folder, staging, mounts: {} })
    return await work(roots)
  }
  const found: Json[] = []
  const context = (inputs: Readonly<Record<string, Json>> = {}) =>
    ({
      inputs,
      tools: {
        list: (input: never) => inRoots(async (roots) => ({ entries: await listContainedFolder(roots, input) })),
        read: (input: never) => inRoots((roots) => readContainedFile(roots, input)),
        write: (input: never) => inRoots((roots) => writeContainedFile(roots, input)),
      },
      signal: new AbortController().signal,
      progress: () => {},
      discover: (item: Json) => found.push(item),
    }) as never as WorkerContext
  /** Scans as a manager would: every folder that is found, once. */
  const scanAll = async (): Promise<FolderScan[]> => {
    const scans: FolderScan[] = []
    for (const next = ['.']; next.length > 0;) {
      found.length = 0
      // oxlint-disable-next-line no-await-in-loop
      scans.push(await scanFolder.run({ body: { root: 'code', folder: next.shift() ?? '.' } }, context() as never))
      next.push(...found.map((item) => (item as { folder: string }).folder))
    }
    return scans
  }
  return { code, staging, context, scanAll }
}

describe('M-61: the workers of a code map', () => {
  it('visit every source file exactly once, whatever folders are called', async () => {
    const paths = [
      'index.ts',
      'a/b.ts',
      'a/deep/er/c.tsx',
      'my folder/[slug].js',
      'öäü/d.mjs',
      '(group)/e.cts',
      'notes.md',
    ]
    const base = codeBase(Object.fromEntries(paths.map((path) => [path, 'export const x = 1\n'])))
    const scans = await base.scanAll()
    const seen = scans.flatMap(({ modules }) => modules.map(({ path }) => path))
    expect(seen.sort()).toEqual(paths.filter((path) => path !== 'notes.md').sort())
    expect(scans.map(({ otherFiles }) => otherFiles).reduce((a, b) => a + b)).toBe(1)
  })

  it('leave out links and the folders of others, and say so', async () => {
    const base = codeBase({ 'index.ts': '', 'node_modules/x/index.js': '' })
    symlinkSync('/etc', join(base.code, 'elsewhere'))
    const [scan] = await base.scanAll()
    expect(scan?.skipped.map(({ path }) => path).sort()).toEqual(['elsewhere', 'node_modules'])
  })

  it('M-10: write one map of what all scans saw, with its coverage', async () => {
    const base = codeBase({
      'index.ts': "import './a/b.ts'\n",
      'a/b.ts': 'export const b = 1\n',
      'a/broken.ts': 'export {',
    })
    const inputs = Object.fromEntries((await base.scanAll()).map((scan, index) => [`s${index}`, scan as never as Json]))
    const result = await writeMap.run({ body: { title: 'map', folder: 'out' } }, base.context(inputs) as never)
    expect(result.coverage).toEqual({ complete: true, filesSeen: 3, filesFailed: 1, folders: 2 })
    const map = JSON.parse(readFileSync(join(base.staging, 'out/codemap.json'), 'utf8')) as { modules: unknown[] }
    expect(map.modules).toHaveLength(3)
    expect(readFileSync(join(base.staging, 'out/codemap.html'), 'utf8')).toContain('a/b.ts')
  })

  it('write the same map with and without summaries, but for the summaries', async () => {
    const base = codeBase({ 'index.ts': "import './a/b.ts'\n", 'a/b.ts': 'export const b = 1\n' })
    const inputs = Object.fromEntries((await base.scanAll()).map((scan, index) => [`s${index}`, scan as never as Json]))
    const written = async (more: Readonly<Record<string, Json>>) => {
      await writeMap.run({ body: { title: 'map', folder: 'out' } }, base.context({ ...inputs, ...more }) as never)
      return readFileSync(join(base.staging, 'out/codemap.json'), 'utf8')
    }
    const summaries = [
      { folder: '.', summary: 'All.' },
      { folder: 'a', summary: 'A part.' },
    ]
    const plain = await written({})
    const summed = JSON.parse(await written({ y: summaries[1] ?? null, x: summaries[0] ?? null })) as object
    expect(summed).toEqual({ ...(JSON.parse(plain) as object), summaries })
    expect(`${JSON.stringify({ ...summed, summaries: undefined }, undefined, 1)}\n`).toBe(plain)
  })

  it('refuse to write a map in which something was visited twice', async () => {
    const base = codeBase({ 'index.ts': '' })
    const [scan] = (await base.scanAll()) as never as Json[]
    const writing = writeMap.run(
      { body: { title: 'map', folder: 'out' } },
      base.context({ a: scan as Json, b: scan as Json }) as never,
    )
    await expect(writing).rejects.toMatchObject({ code: 'RESULT_INVALID' })
  })
})
