import { BosunError } from '@bosun/core'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BosunConfig } from './config-schema.ts'
import { projectFolders, resolveGoal } from './project-folders.ts'
import { folderWith } from './project.fixture.ts'

const folder = folderWith({ 'src/a.ts': '', 'docs/b.md': '', 'a-file': '' })

const loaded = (config: Partial<BosunConfig> = {}) => ({
  folder,
  path: join(folder, 'bosun.config.ts'),
  file: 'bosun.config.ts',
  config: { plugins: [], manager: 'x', ...config },
})

it('makes every folder absolute', async () => {
  expect(await projectFolders(loaded({ workspace: 'src', mounts: { docs: './docs' } }))).toEqual({
    workspace: join(folder, 'src'),
    mounts: { docs: join(folder, 'docs') },
    stateDir: join(folder, '.bosun'),
  })
})

it('names the config path of a folder that is missing or a file', async () => {
  await expect(projectFolders(loaded({ mounts: { docs: 'nowhere' } }))).rejects.toThrow('bosun.config.ts mounts.docs')
  await expect(projectFolders(loaded({ workspace: 'a-file' }))).rejects.toThrow('bosun.config.ts workspace')
})

it('M-12: mounts a folder goal and hands on the name of the mount', async () => {
  const project = loaded({ goal: { kind: 'folder', mount: 'input', default: 'src' } })
  const folders = await projectFolders(project)
  expect(await resolveGoal(project, folders, undefined)).toEqual({
    goal: 'input',
    folders: { ...folders, mounts: { input: join(folder, 'src') } },
  })
  expect((await resolveGoal(project, folders, join(folder, 'docs'))).folders.mounts).toEqual({
    input: join(folder, 'docs'),
  })
})

it('asks for the folder when none is named', async () => {
  const project = loaded({ goal: { kind: 'folder', mount: 'input' } })
  const work = resolveGoal(project, await projectFolders(project), undefined)
  await expect(work).rejects.toSatisfy((error: unknown) => BosunError.is(error, 'USAGE'))
})

it.each([
  ['{"a":1}', { a: 1 }],
  ['[1]', [1]],
  ['12', 12],
  ['null', null],
  ['1.2.3', '1.2.3'],
  ['Write the site', 'Write the site'],
  ['', ''],
])('reads the goal %j as %j', async (given, goal) => {
  const project = loaded()
  expect((await resolveGoal(project, await projectFolders(project), given)).goal).toEqual(goal)
})

it('takes the goal of the config, and null where there is none', async () => {
  const folders = await projectFolders(loaded())
  expect((await resolveGoal(loaded({ goal: { a: 1 } }), folders, undefined)).goal).toEqual({ a: 1 })
  expect((await resolveGoal(loaded(), folders, undefined)).goal).toBeNull()
})
