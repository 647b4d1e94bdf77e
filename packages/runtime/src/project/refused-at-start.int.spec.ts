import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { openProject } from './open-project.ts'

const USES_GIT = `
import { declareTool, definePlugin, defineTool, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
const status = declareTool({ name: 'git.status', summary: 'Looks.', access: 'read', input: z.object({}), output: z.null() })
const looker = defineWorker({
  name: 'looker', summary: 'Looks.', handles: 'look', body: z.null(), result: z.null(), tools: { status: status() },
  run: () => null,
})
export default definePlugin({ name: 'greetings', workers: [looker], tools: [defineTool(status, () => null)] })
`
const config = (more: object) => ({
  'bosun.config.json': JSON.stringify({ plugins: [], manager: 'fanOut', isolation: 'inline', ...more }),
})

it('H26: containment: namespace refuses workers of this process before anything starts', async () => {
  const folder = projectFolder(config({ containment: 'namespace' }))
  await using project = await openProject(folder)
  await expect(project.start({ goal: undefined })).rejects.toMatchObject({ code: 'ISOLATION_UNAVAILABLE' })
  await expect(project.planPreview(undefined)).rejects.toMatchObject({ code: 'ISOLATION_UNAVAILABLE' })
})

it('a worker that holds a git tool is refused where the workspace is no repository, before anything starts', async () => {
  const folder = projectFolder({
    ...config({ plugins: [{ use: './plugins/greetings', trusted: true }] }),
    'plugins/greetings/package.json': pluginManifest({ apiVersion: 1 }),
    'plugins/greetings/index.js': USES_GIT,
  })
  await using project = await openProject(folder)
  await expect(project.start({ goal: undefined })).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', at: folder })
  expect(existsSync(join(folder, '.bosun/git'))).toBe(false)
})
