import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact, Json, Task } from '@bosun/core'
import { definePlugin, defineTool, files } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { pluginManifest, projectFolder } from '../hosts/plugin-folder.fixture.ts'
import { openProject } from './open-project.ts'

const IMPORTS = `
import { definePlugin, defineTool, defineWorker } from '@bosun/sdk'
import { z } from 'zod'
`

/** A plugin with a tool of its own, and a worker that calls it as its body says. */
const DICE = `${IMPORTS}
import { readFileSync } from 'node:fs'
const roll = defineTool({
  name: 'dice.roll', summary: 'Rolls.', access: 'read',
  input: z.object({ how: z.string() }), output: z.json(),
  run({ how }, io) {
    if (how === 'throw') throw new Error('off the table')
    if (how === 'folder') return io.workspace
    if (how === 'output') return undefined
    let reads = 'all'
    try { readFileSync(new URL('../../package.json', import.meta.url)) } catch { reads = 'nothing' }
    return { pid: process.pid, reads, attempt: io.attempt, key: io.idempotencyKey, aborted: io.signal.aborted }
  },
})
const player = defineWorker({
  name: 'player', summary: 'Plays.', handles: 'play', body: z.json(), result: z.json(), tools: { roll },
  run: ({ body }, { tools }) => tools.roll(body),
})
export default definePlugin({ name: 'dice', workers: [player], tools: [roll] })
`

/** A worker of another plugin that wants the dice. */
const THIEF = `${IMPORTS}
const thief = defineWorker({
  name: 'thief', summary: 'Takes.', handles: 'take', body: z.json(), result: z.json(),
  tools: { roll: { tool: 'dice.roll' } }, run: ({ body }, { tools }) => tools.roll(body),
})
export default definePlugin({ name: 'thief', workers: [thief] })
`

/** Answers with what it was made from. */
const CONFIGURED = `${IMPORTS}
export default definePlugin({
  name: 'configured',
  options: z.strictObject({ word: z.string().default('none'), servers: z.array(z.string()).default([]) }),
  create: async ({ word }) => ({ workers: [defineWorker({
    name: 'sayer', summary: 'Says.', handles: 'say', body: z.json(), result: z.string(), run: () => word.toUpperCase(),
  })] }),
})
`

function project(plugins: readonly Json[], sources: Record<string, string>, more: object = {}): string {
  const folders = ['dice', 'thief', 'configured'].map((name) => [
    `plugins/${name}/package.json`,
    pluginManifest({ apiVersion: 1 }),
  ])
  return projectFolder({
    ...Object.fromEntries(folders),
    'plugins/dice/index.js': DICE,
    'plugins/thief/index.js': THIEF,
    'plugins/configured/index.js': CONFIGURED,
    ...sources,
    'bosun.config.json': JSON.stringify({ plugins, manager: 'fanOut', ...more }),
  })
}

async function run(folder: string, tasks: Task[]) {
  await using opened = await openProject(folder, { planner: { name: 'fixed', plan: () => ({ tasks }) }, retries: 0 })
  const handle = await opened.start({ goal: undefined })
  const facts: Fact[] = []
  handle.facts$.subscribe((fact) => facts.push(fact))
  await handle.outcome
  const results = Object.fromEntries(
    facts.flatMap((fact) => (fact.type === 'attempt.succeeded' ? [[fact.task, fact.result]] : [])),
  )
  return { run: handle.run, facts, results }
}

const task = (id: string, type: string, body: Json = null): Task => ({ id, type, body })
const errorsOf = (facts: readonly Fact[]) =>
  Object.fromEntries(facts.flatMap((fact) => (fact.type === 'attempt.failed' ? [[fact.task, fact.error.code]] : [])))

describe('a tool that an untrusted plugin brings for its own workers', () => {
  it('H11, M-22: runs in the host of the plugin, with the attempt and no folder', async () => {
    const folder = project(['./plugins/dice'], {})
    const hows = ['fair', 'throw', 'folder', 'output']
    const {
      run: id,
      facts,
      results,
    } = await run(folder, [...hows.map((how) => task(how, 'play', { how })), task('input', 'play', { how: 1 })])
    expect(results).toEqual({
      fair: { pid: expect.any(Number), reads: 'nothing', attempt: `${id}/fair@1`, key: `${id}/fair`, aborted: false },
    })
    expect(results['fair']).not.toHaveProperty('pid', process.pid)
    expect(errorsOf(facts)).toEqual({
      throw: 'TOOL_FAILED',
      folder: 'TOOL_FAILED',
      output: 'TOOL_FAILED',
      input: 'TOOL_INPUT_INVALID',
    })
    const messages = facts.flatMap((fact) => (fact.type === 'attempt.failed' ? [fact.error.message] : [])).join('\n')
    expect(messages).toContain('off the table')
    expect(messages).toContain('has no folders')
  })

  it('M-23, M-24: passes the gateway all the same: a denial is a fact and the tool does not run', async () => {
    const folder = project(['./plugins/dice'], {}, { policy: { deny: ['dice.roll'] } })
    const { facts, results } = await run(folder, [task('a', 'play', { how: 'fair' })])
    expect(results).toEqual({})
    expect(errorsOf(facts)).toEqual({ a: 'TOOL_DENIED' })
    expect(facts.filter(({ type }) => type === 'tool.denied')).toMatchObject([{ tool: 'roll', rule: 'dice.roll' }])
  })

  it('is told of with its name and time, as any other call', async () => {
    const { facts } = await run(project(['./plugins/dice'], {}), [task('a', 'play', { how: 'fair' })])
    expect(facts.filter(({ type }) => type === 'tool.called')).toMatchObject([{ task: 'a', tool: 'dice.roll' }])
  })

  it('H11: is out of reach for workers of other plugins', async () => {
    await expect(openProject(project(['./plugins/dice', './plugins/thief'], {}))).rejects.toMatchObject({
      code: 'PLUGIN_UNTRUSTED',
      message: expect.stringMatching(/dice\.roll.*thief/),
    })
  })

  it('takes no specifier, which nothing here could judge', async () => {
    const narrowed = DICE.replace('tools: { roll }', "tools: { roll: roll('d6') }")
    const folder = project(['./plugins/dice'], { 'plugins/dice/index.js': narrowed })
    await expect(openProject(folder)).rejects.toMatchObject({ code: 'RULE_MALFORMED' })
  })

  it('H9: cannot take the place of another tool by its name', async () => {
    const named = DICE.replaceAll('dice.roll', 'files.write')
    const folder = project(['./plugins/dice'], { 'plugins/dice/index.js': named })
    const write = defineTool(files.write, () => ({ bytes: 0 }))
    await expect(
      openProject(folder, { builtIn: [definePlugin({ name: 'files', tools: [write] })] }),
    ).rejects.toMatchObject({ code: 'PLUGIN_INVALID', at: 'tool files.write' })
  })

  it('runs in this process when the config trusts the plugin, and serves others then', async () => {
    const folder = project([{ use: './plugins/dice', trusted: true }, './plugins/thief'], {})
    const { results } = await run(folder, [task('a', 'take', { how: 'fair' })])
    expect(results).toMatchObject({ a: { pid: process.pid } })
  })
})

describe('the options of a plugin', () => {
  it.each([false, true])('reach it in its hosts (trusted: %j), checked and parsed', async (trusted) => {
    const use = { use: './plugins/configured', trusted, options: { word: 'aye' } }
    expect((await run(project([use], {}), [task('a', 'say')])).results).toEqual({ a: 'AYE' })
  })

  it('may be left out where the schema allows it', async () => {
    expect((await run(project(['./plugins/configured'], {}), [task('a', 'say')])).results).toEqual({ a: 'NONE' })
  })

  it.each([false, true])('are refused by their path in the config (trusted: %j)', async (trusted) => {
    const uses = ['./plugins/dice', { use: './plugins/configured', trusted, options: { servers: [7] } }]
    await expect(openProject(project(uses, {}))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: 'bosun.config.json plugins[1].options.servers[0]',
    })
  })

  it.each([false, true])('are refused by a plugin that takes none (trusted: %j)', async (trusted) => {
    const uses = [{ use: './plugins/dice', trusted, options: {} }]
    await expect(openProject(project(uses, {}))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: 'bosun.config.json plugins[0].options',
    })
  })

  it.each([false, true])('name the plugin that fails to be made from them (trusted: %j)', async (trusted) => {
    const failing = CONFIGURED.replace('=> ({ workers', '=> ({ ...fail(), workers')
    const folder = project([{ use: './plugins/configured', trusted }], {
      'plugins/configured/index.js': `${failing}\nfunction fail() { throw new Error('no word') }`,
    })
    await expect(openProject(folder)).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringMatching(/configured.*create.*no word/),
    })
  })

  it('H10: are not journaled, for they may be secret', async () => {
    const options = { word: 'sk-canary-1234', servers: ['sk-canary-1234'] }
    const folder = project([{ use: './plugins/configured', options }], {})
    await run(folder, [task('a', 'say')])
    const written = globSync('**/*', { cwd: join(folder, '.bosun'), withFileTypes: true }).filter((file) =>
      file.isFile(),
    )
    expect(written.length).toBeGreaterThan(0)
    for (const file of written)
      expect(readFileSync(join(file.parentPath, file.name)).includes('sk-canary-1234')).toBe(false)
  })
})

/** Code that leaves a trace as soon as it runs. */
const creates = (path: string) =>
  `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(path)}, '')\n`

describe('what is loaded at all', () => {
  it.each([
    [2, /expected 1, received 2.*Update Bosun/],
    [0, /newer version of the plugin/],
    ['1', /received "1"/],
  ])('the manifest is read before any code: apiVersion %j is refused by what it says', async (apiVersion, message) => {
    const trace = join(project([], {}), 'trace')
    const loud = project([{ use: './plugins/dice', trusted: true }], {
      'plugins/dice/package.json': pluginManifest({ apiVersion }),
      'plugins/dice/index.js': creates(trace) + DICE,
    })
    await expect(openProject(loud)).rejects.toMatchObject({
      code: 'PLUGIN_API_VERSION',
      message: expect.stringMatching(message),
    })
    expect(existsSync(trace)).toBe(false)
  })

  it('H12: no folder is searched for plugins: an installed one that the config does not name stays unread', async () => {
    const trace = join(project([], {}), 'trace')
    const installed = {
      'node_modules/bosun-dice/package.json': pluginManifest({ apiVersion: 9 }),
      'node_modules/bosun-dice/index.js': creates(trace) + DICE,
    }
    const { facts } = await run(project(['./plugins/configured'], installed), [task('a', 'say')])
    const started = facts.find((fact) => fact.type === 'run.started')
    expect(started?.workers.map(({ name }) => name)).toEqual(['sayer'])
    expect(existsSync(trace)).toBe(false)
  })

  it('a module that exports workers and no plugin is the plugin of these workers', async () => {
    const source = DICE.replace('export default definePlugin', 'definePlugin')
      .replace('const roll', 'export const roll')
      .replace('const player', 'export const player')
    const folder = project(['./plugins/player.js'], { 'plugins/player.js': source })
    expect((await run(folder, [task('a', 'play', { how: 'fair' })])).results).toHaveProperty('a.reads', 'nothing')
  })

  it('a plugin as a value is refused where workers run in hosts, with what to write instead', async () => {
    const config = `${CONFIGURED.replace('export default', 'const configured =')}
export default { plugins: [await configured.create({ word: 'aye' })], manager: 'fanOut', ISOLATION }`
    const folderWith = (isolation: string) =>
      projectFolder({ 'bosun.config.mjs': config.replace('ISOLATION', isolation) })
    await expect(openProject(folderWith(''))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: 'bosun.config.mjs plugins[0]',
      message: expect.stringContaining('functions cannot cross'),
    })
    const { results } = await run(folderWith("isolation: 'inline'"), [task('a', 'say')])
    expect(results).toEqual({ a: 'AYE' })
  })
})
