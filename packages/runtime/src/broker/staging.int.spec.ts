import { link, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Task } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { CodePaths } from '../tools/code-paths.ts'
import { StagedOutputs } from './staged-outputs.ts'
import { Staging } from './staging.ts'

const attempt = { run: 'run-1', task: 'pages/mars', epoch: 2 }

async function stage(files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-staging-'))
  const workspace = join(folder, 'workspace')
  await mkdir(workspace)
  const staging = new Staging(join(folder, 'state'))
  const outputs = new StagedOutputs(staging, workspace)
  for (const [path, text] of Object.entries(files)) {
    const target = join(staging.folder(attempt), path)
    // oxlint-disable-next-line no-await-in-loop
    await mkdir(dirname(target), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop
    await writeFile(target, text)
  }
  return { staging, outputs, workspace, folder }
}

const task = (outputs?: string[]): Task => ({
  id: 'pages/mars',
  type: 'page',
  body: null,
  ...(outputs === undefined ? {} : { outputs }),
})

describe('Staging', () => {
  it('gives every attempt a folder of its own, one name deep, whatever its id holds', async () => {
    const { staging, folder } = await stage()
    const ids = [
      'a',
      'a/b',
      'a%2Fb',
      'a%2fb',
      'A',
      '@',
      '.hidden',
      'x'.repeat(200),
      `${'x'.repeat(199)}y`,
      '%',
      'a@1',
      '(*)',
    ]
    const folders = ids.flatMap((id) => [1, 2].map((epoch) => staging.folder({ run: 'r/../x', task: id, epoch })))
    expect(new Set(folders).size).toBe(folders.length)
    for (const path of folders) {
      const below = path.slice(join(folder, 'state', 'staging').length + 1).split('/')
      expect(below).toHaveLength(2)
      for (const name of below) expect(name.length).toBeLessThan(200)
      expect(below).not.toContain('..')
    }
  })

  it('M-22, T-27: collects exactly what the task declares', async () => {
    const { staging } = await stage({ 'site/a.html': 'a', 'site/b.html': 'b' })
    expect(await staging.collect(attempt, task(['site/b.html', 'site/a.html']))).toEqual(['site/b.html', 'site/a.html'])
    await expect(staging.collect(attempt, task(['site/a.html']))).rejects.toMatchObject({
      code: 'OUTPUT_UNDECLARED',
      received: 'site/b.html',
    })
    await expect(staging.collect(attempt, task(['site/a.html', 'x', 'site/b.html']))).rejects.toMatchObject({
      code: 'OUTPUT_MISSING',
      expected: 'x',
    })
    await expect(staging.collect(attempt, task([]))).rejects.toMatchObject({ code: 'OUTPUT_UNDECLARED' })
    expect(await staging.collect(attempt, task())).toEqual(['site/a.html', 'site/b.html'])
  })

  it('an attempt that wrote nothing has no folder and no outputs', async () => {
    const { staging, outputs } = await stage()
    expect(await staging.collect(attempt, task())).toEqual([])
    expect(await outputs.publish(attempt, [])).toEqual([])
    await expect(staging.collect(attempt, task(['x']))).rejects.toMatchObject({ code: 'OUTPUT_MISSING' })
  })

  it('T-33: publishes the outputs with their hashes; again is harmless', async () => {
    const { staging, outputs, workspace } = await stage({ 'site/a.html': '<h1>a</h1>' })
    const published = await outputs.publish(attempt, ['site/a.html'])
    expect(published).toEqual([
      { path: 'site/a.html', hash: expect.stringMatching(/^sha256-[0-9a-f]{64}$/), bytes: 10 },
    ])
    expect(await readFile(join(workspace, 'site/a.html'), 'utf8')).toBe('<h1>a</h1>')
    expect(await outputs.publish(attempt, ['site/a.html'])).toEqual(published)
    await staging.discardRun(attempt.run)
    await expect(outputs.publish(attempt, ['site/a.html'])).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT' })
  })

  it('H12: publishes nothing over code or config of the project, whatever tool staged it', async () => {
    const { staging, workspace } = await stage({ 'lib/a.ts': 'evil', 'site/a.html': '' })
    const outputs = new StagedOutputs(staging, workspace, new CodePaths(['lib']))
    await expect(outputs.publish(attempt, ['site/a.html', 'lib/a.ts'])).rejects.toMatchObject({
      code: 'OUTPUT_CONFLICT',
      message: expect.stringContaining('lib/a.ts'),
    })
    await expect(readFile(join(workspace, 'lib/a.ts'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readFile(join(workspace, 'site/a.html'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('publishes nothing of an attempt but what was accepted', async () => {
    const { outputs, workspace } = await stage({ a: '1', b: '2' })
    await outputs.publish(attempt, ['a'])
    await expect(readFile(join(workspace, 'b'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('H2: refuses links and files with a second name', async () => {
    const { staging, folder } = await stage({ a: '1' })
    await writeFile(join(folder, 'secret'), 's')
    await symlink(join(folder, 'secret'), join(staging.folder(attempt), 'link'))
    await expect(staging.collect(attempt, task())).rejects.toMatchObject({ code: 'FILE_REFUSED' })
    const other = await stage({ a: '1' })
    await link(join(folder, 'secret'), join(other.staging.folder(attempt), 'hard'))
    await expect(other.staging.collect(attempt, task())).rejects.toMatchObject({ code: 'FILE_REFUSED' })
  })

  it('never publishes through a link in the workspace', async () => {
    const { outputs, workspace, folder } = await stage({ 'site/a': '1' })
    await mkdir(join(folder, 'outside'))
    await symlink(join(folder, 'outside'), join(workspace, 'site'))
    await expect(outputs.publish(attempt, ['site/a'])).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT' })
  })
})
