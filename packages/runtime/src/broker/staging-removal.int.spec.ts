import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TaskSchema } from '@bosun/core'
import { deleteContainedFile, moveContainedFile, Roots, writeContainedFile } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { CodePaths } from '../tools/code-paths.ts'
import { StagedOutputs } from './staged-outputs.ts'
import { Staging } from './staging.ts'

const attempt = { run: 'r', task: 't', epoch: 1 }
const task = (outputs?: string[]) => TaskSchema.parse({ id: 't', type: 'work', ...(outputs && { outputs }) })

async function project() {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-removal-'))
  const workspace = join(folder, 'workspace')
  const staging = new Staging(join(folder, 'state'))
  await mkdir(join(workspace, 'd'), { recursive: true })
  await mkdir(staging.folder(attempt), { recursive: true })
  for (const path of ['a', 'b', 'd/c']) await writeFile(join(workspace, path), path)
  const roots = Roots.open({ workspace, staging: staging.folder(attempt) })
  return { workspace, staging, outputs: new StagedOutputs(staging, workspace), roots }
}

/** What a file of no bytes has as hash. */
const NOTHING = 'sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

describe('files that an attempt removes', () => {
  it('M-22: are outputs of the task as those it writes, and a declared one that was removed is not missing', async () => {
    const { staging, roots } = await project()
    using _ = roots
    await deleteContainedFile(roots, { path: 'a' })
    await moveContainedFile(roots, { from: 'd/c', to: 'e' })
    expect(await staging.collect(attempt, task())).toEqual(['e', 'a', 'd/c'])
    expect(await staging.collect(attempt, task(['a', 'd/c', 'e']))).toEqual(['a', 'd/c', 'e'])
    await expect(staging.collect(attempt, task(['a', 'e']))).rejects.toMatchObject({
      code: 'OUTPUT_UNDECLARED',
      received: 'd/c',
    })
    await expect(staging.collect(attempt, task(['a', 'b', 'd/c', 'e']))).rejects.toMatchObject({
      code: 'OUTPUT_MISSING',
      expected: 'b',
    })
  })

  it('P8: leave the workspace when the result is accepted, are told as deleted, and again is harmless', async () => {
    const { workspace, outputs, roots } = await project()
    using _ = roots
    await deleteContainedFile(roots, { path: 'a' })
    await moveContainedFile(roots, { from: 'd/c', to: 'e' })
    expect(existsSync(join(workspace, 'a'))).toBe(true)
    for (let time = 0; time < 2; time += 1) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await outputs.publish(attempt, ['a', 'd/c', 'e'])).toEqual([
        expect.objectContaining({ path: 'e', bytes: 3 }),
        { path: 'a', hash: NOTHING, bytes: 0, deleted: true },
        { path: 'd/c', hash: NOTHING, bytes: 0, deleted: true },
      ])
      // oxlint-disable-next-line no-await-in-loop
      expect((await readdir(workspace)).sort()).toEqual(['b', 'd', 'e'])
    }
    expect(await readFile(join(workspace, 'e'), 'utf8')).toBe('d/c')
  })

  it('stay where only some of what lies in staging was accepted', async () => {
    const { workspace, outputs, roots } = await project()
    using _ = roots
    await deleteContainedFile(roots, { path: 'a' })
    await deleteContainedFile(roots, { path: 'b' })
    await writeContainedFile(roots, { path: 'c', text: '' })
    await outputs.publish(attempt, ['b'])
    expect((await readdir(workspace)).sort()).toEqual(['a', 'd'])
    await expect(outputs.publish(attempt, ['b', 'x'])).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT' })
  })

  it('are never code or config of the project', async () => {
    const { workspace, staging, roots } = await project()
    using _ = roots
    await deleteContainedFile(roots, { path: 'a' })
    const guarded = new StagedOutputs(staging, workspace, new CodePaths(['A']))
    await expect(guarded.publish(attempt, ['a'])).rejects.toMatchObject({ code: 'OUTPUT_CONFLICT' })
    expect(existsSync(join(workspace, 'a'))).toBe(true)
  })
})
