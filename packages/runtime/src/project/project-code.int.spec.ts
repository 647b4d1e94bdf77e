import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fact, Task } from '@bosun/core'
import { definePlugin, defineTool, files } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { openProject } from './open-project.ts'

/** A plugin that nobody trusts, whose worker may write wherever it says so itself. */
const WRITER = `
import { definePlugin, defineWorker, files } from '@bosun/sdk'
import { z } from 'zod'
const writer = defineWorker({
  name: 'writer', summary: 'Writes.', handles: 'write', body: z.object({ path: z.string() }), result: z.null(),
  tools: { write: files.write('**') },
  run: async ({ body }, { tools }) => { await tools.write({ path: body.path, text: 'export default evil' }); return null },
})
export default definePlugin({ name: 'writer', workers: [writer] })
`

const write = defineTool(files.write, ({ path, text }, { staging }) => {
  mkdirSync(dirname(join(staging, path)), { recursive: true })
  writeFileSync(join(staging, path), text)
  return { bytes: text.length }
})

const CODE = [
  'bosun.config.mjs',
  'bosun.config.json',
  'bosun.config.ts',
  'BOSUN.config.TS',
  'plugins/writer/index.js',
  'plugins/writer/new.js',
  'node_modules/zod/index.js',
  'package.json',
]

it('H11, H12: what an untrusted worker writes never becomes code or config of the project that it works in', async () => {
  const folder = projectFolder({
    'plugins/writer/package.json': pluginManifest({ apiVersion: 1 }),
    'plugins/writer/index.js': WRITER,
    'bosun.config.json': JSON.stringify({ plugins: ['./plugins/writer'], manager: 'fanOut' }),
  })
  const paths = [...CODE, 'site/index.html', 'plugins/other.txt']
  const tasks = paths.map((path): Task => ({ id: path, type: 'write', body: { path } }))
  await using project = await openProject(folder, {
    builtIn: [definePlugin({ name: 'files', tools: [write] })],
    planner: { name: 'fixed', plan: () => ({ tasks }) },
    concurrency: 1,
    retries: 0,
  })
  const run = await project.start({ goal: undefined })
  const facts: Fact[] = []
  run.facts$.subscribe((fact) => facts.push(fact))
  await run.outcome
  const written = facts.flatMap((fact) => (fact.type === 'outputs.published' ? fact.files.map(({ path }) => path) : []))
  expect(written).toEqual(['site/index.html', 'plugins/other.txt'])
  const denied = facts.flatMap((fact) => (fact.type === 'tool.denied' ? [fact.task] : []))
  expect(denied).toEqual(CODE)
  expect(readFileSync(join(folder, 'bosun.config.json'), 'utf8')).not.toContain('evil')
})

it('H12: what a config imports is code of its project, and what lies beside it is not', () => {
  const folder = projectFolder({
    'bosun.config.mjs': `import { plugins } from './lib/plugins.mjs'\nexport default { plugins, manager: 'fanOut' }`,
    'lib/plugins.mjs': 'export const plugins = []',
  })
  const paths = ['lib/plugins.mjs', 'LIB/plugins.mjs', 'lib/other.mjs', 'lib', 'site/index.html']
  expect(codeAmong(paths, folder)).toEqual(['lib/plugins.mjs', 'LIB/plugins.mjs'])
})

it('H12: what decides where imports lead is code in each folder above an import (bug: a nearer node_modules)', () => {
  const folder = projectFolder({
    'tools/site/bosun.config.mjs': `import { plugins } from './lib/plugins.mjs'\nexport default { plugins, manager: 'fanOut' }`,
    'tools/site/lib/plugins.mjs': 'export const plugins = []',
  })
  const above = ['', 'tools/', 'tools/site/', 'tools/site/lib/']
  const code = above.flatMap((place) => [`${place}node_modules/zod/index.js`, `${place}package.json`])
  const others = ['site/package.json', 'tools/other/node_modules/a.js']
  expect(codeAmong([...code, ...others], folder, join(folder, 'tools/site'))).toEqual(code)
})

/** Those of some paths of a workspace that are code, as a process of its own sees it. */
function codeAmong(paths: readonly string[], workspace: string, project = workspace): readonly string[] {
  const child = fileURLToPath(new URL('./project-code.fixture.ts', import.meta.url))
  const words = ['--conditions=@bosun/source', child, workspace, project, ...paths]
  return JSON.parse(execFileSync(process.execPath, words).toString()) as readonly string[]
}
