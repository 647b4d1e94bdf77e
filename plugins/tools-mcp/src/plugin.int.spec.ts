import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { defineWorker, mcp, type McpOutput } from '@bosun/sdk'
import { Bosun, createContainer, embedded, fanOut, plugins, task, definePlugin, type Fact } from 'bosun'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { toolsMcp } from './plugin.ts'
import { httpServer, listFile, offered, watchedPort, type OfferedTool } from './servers.fixture.ts'
import { toolList } from './tool-list.ts'

const pinOf = (tools: readonly OfferedTool[]) => toolList(tools as never).hash

async function serverOf(tools: readonly OfferedTool[]) {
  const { url } = await httpServer(listFile(tools).file)
  return { url, pin: pinOf(tools) }
}

it('M-21, M-23, H9: workers call the tools of two servers through the gateway, each its own', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-mcp-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'workspace'))
  const made = await toolsMcp.create({
    servers: { tracker: await serverOf([offered('echo'), offered('fails')]), mail: await serverOf([offered('echo')]) },
  })
  expect(made.tools.map(({ declaration }) => declaration.name)).toEqual([
    'mcp.tracker.echo',
    'mcp.tracker.fails',
    'mcp.mail.echo',
  ])
  const asking = defineWorker({
    name: 'asking',
    summary: 'Asks a server.',
    handles: 'ask',
    body: z.object({ call: z.enum(['find', 'close', 'send']) }),
    result: z.string(),
    tools: { find: mcp('tracker').tool('echo'), close: mcp('tracker').tool('fails') },
    run: async ({ body }, { tools }) => {
      const all: Readonly<Record<string, (input: object) => Promise<McpOutput>>> = tools
      return (await all[body.call]?.({ query: 'x' }))?.text ?? 'there is no such tool'
    },
  })
  expect(asking.entry).toMatchObject({ effects: 'once', tools: ['mcp.tracker.echo', 'mcp.tracker.fails'] })
  const world = embedded({ folder: join(folder, 'workspace'), stateDir: join(folder, 'state'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(made, definePlugin({ name: 'asking', workers: [asking] })))).get(
    Bosun,
  )
  onTestFinished(() => bosun.close())

  const tasks = ['find', 'close', 'send'].map((call) => task('ask', { call }, { id: call }))
  const run = await bosun.run(fanOut({ name: 'asking', start: () => tasks }), null)
  const facts = await Array.fromAsync(run).then((batches): Fact[] => batches.flat())
  const results = facts.flatMap((fact) => (fact.type === 'attempt.succeeded' ? [[fact.task, fact.result]] : []))
  expect(Object.fromEntries(results)).toEqual({ find: '{"query":"x"}', send: 'there is no such tool' })
  expect(facts).toContainEqual(
    expect.objectContaining({
      type: 'tool.called',
      task: 'close',
      error: expect.objectContaining({ code: 'TOOL_FAILED' }),
    }),
  )
})

describe('the plugin', () => {
  it('loads nothing when one of its servers is not what was approved, and names the first', async () => {
    const good = await serverOf([offered('echo')])
    const bad = { ...(await serverOf([offered('echo')])), pin: pinOf([]) }
    await expect(toolsMcp.create({ servers: { a: good, b: bad, c: bad } })).rejects.toMatchObject({
      code: 'MCP_CHANGED',
      at: 'mcp.b',
    })
  })

  it('H12: knows no server that the config does not name', async () => {
    expect((await toolsMcp.create({ servers: {} })).tools).toEqual([])
  })

  it.each([
    [{ servers: { 'a.b': { command: 'x' } } }, 'servers'],
    [{ servers: { A: { command: 'x' } } }, 'servers'],
    [{ servers: { a: { command: 'x', url: 'https://example.com' } } }, 'servers.a'],
    [{ servers: { a: { command: 'x', pin: 'sha1' } } }, 'servers.a'],
    [{ servers: { a: { command: 'x' } }, more: 1 }, 'options'],
  ])('refuses the options %j', async (options, at) => {
    const error = await toolsMcp.create(options).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', at: expect.stringContaining(at) as string })
  })

  it('says that it has to be trusted where it cannot start anything', async () => {
    const script = `const { toolsMcp: plugin } = await import(${JSON.stringify(join(import.meta.dirname, 'plugin.ts'))})
      await plugin.create({ servers: {} }).catch((error) => console.log(error.code))`
    const flags = [
      '--permission',
      '--allow-fs-read=*',
      '--conditions=@bosun/source',
      '--input-type=module',
      '-e',
      script,
    ]
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    expect(await text(child.stdout)).toBe('PLUGIN_UNTRUSTED\n')
  })
})

describe('M-34: a server that does not want to end', () => {
  it.each([
    ['exits', 'exit'],
    ['has nothing left to do', 'idle'],
    ['ends by an error that nobody handles', 'throw'],
  ])('ends with a process that %s', async (_, how) => {
    const { command } = listFile([offered('stubborn')])
    const options = { servers: { one: { ...command, pin: pinOf([offered('stubborn')]) } } }
    const child = join(import.meta.dirname, 'owner-child.fixture.ts')
    const { port, next } = await watchedPort()
    const words = ['--conditions=@bosun/source', child, JSON.stringify(options), String(port), how]
    const owner = spawn(process.execPath, words, { stdio: 'ignore' })
    const [server] = await Promise.all([next(), once(owner, 'exit')])
    expect(await server.gone).toHaveLength(1)
  })
})
