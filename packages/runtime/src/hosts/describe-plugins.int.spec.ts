import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assignment, realClock } from '../broker/workers-side.fixture.ts'
import { describePlugins } from './describe-plugins.ts'
import { HostPool } from './host-pool.ts'
import { GREETER, pluginManifest, projectFolder } from './plugin-folder.fixture.ts'
import { WorkersTaskDoor } from './workers-task-door.ts'

const WITH_TOOL = `
import { declareTool, definePlugin, defineTool } from '@bosun/sdk'
import { z } from 'zod'
const tool = declareTool({ name: 'acme.do', summary: 'Does.', access: 'read', input: z.object({}), output: z.object({}) })
export default definePlugin({ name: 'tools', tools: [defineTool(tool, () => ({}))], planners: [{ name: 'mine', plan: () => ({ tasks: [] }) }] })
`

function pool() {
  const hosts = new HostPool({ clock: realClock, hostsMax: 2 })
  return { hosts, [Symbol.asyncDispose]: () => hosts.close() }
}

const folder = (source: string, manifest = pluginManifest({ apiVersion: 1 })) =>
  projectFolder({
    'plugins/greetings/package.json': manifest,
    'plugins/greetings/index.js': source,
    'secret.txt': 'secret',
  })

const spec = { specifier: './plugins/greetings', trusted: false }

describe('describePlugins', () => {
  it('describes an untrusted plugin by a host, as plain data, without running its code here', async () => {
    await using given = pool()
    const source = `globalThis.wasHere = true\n${GREETER}`
    const [described] = await describePlugins([spec], folder(source), given.hosts)
    expect((globalThis as { wasHere?: boolean }).wasHere).toBeUndefined()
    expect(described?.plugin).toBeUndefined()
    expect(described?.description).toMatchObject({
      name: 'greetings',
      apiVersion: 1,
      workers: [
        {
          entry: { name: 'greeter', handles: 'greet', summary: 'Greets.' },
          tools: {},
          hasOutputs: true,
          bodySchema: { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] },
          resultSchema: { type: 'string' },
          examples: [{ name: 'a person', body: { name: 'Ada' } }],
        },
      ],
      brings: { tools: [], planners: [], managers: [], strategies: [], modulesCount: 0 },
    })
  })

  it('imports a trusted plugin, and describes it just the same', async () => {
    await using given = pool()
    const project = folder(GREETER)
    const [untrusted] = await describePlugins([spec], project, given.hosts)
    const [trusted] = await describePlugins([{ ...spec, trusted: true }], project, given.hosts)
    expect(trusted?.plugin?.name).toBe('greetings')
    expect(trusted?.description).toEqual(untrusted?.description)
  })

  it('refuses a plugin that brings tools or planners and is not trusted', async () => {
    await using given = pool()
    await expect(describePlugins([spec], folder(WITH_TOOL), given.hosts)).rejects.toMatchObject({
      code: 'PLUGIN_UNTRUSTED',
      at: './plugins/greetings',
      received: 'tools: acme.do, planners: mine',
    })
    const [trusted] = await describePlugins([{ ...spec, trusted: true }], folder(WITH_TOOL), given.hosts)
    expect(trusted?.plugin?.tools).toHaveLength(1)
  })

  it.each([
    ['export default 1', 'PLUGIN_INVALID', 'definePlugin'],
    ['export const x = 1', 'PLUGIN_INVALID', 'no default export'],
    ['throw new Error("not today")', 'PLUGIN_INVALID', 'not today'],
    ['export default { kind: "plugin", apiVersion: 9 }', 'PLUGIN_API_VERSION', '9'],
    [
      'export default { kind: "plugin", name: "x", apiVersion: 1, workers: [{ kind: "worker" }], tools: [], planners: [], managers: [], strategies: [], modules: [] }',
      'PLUGIN_INVALID',
      'workers[0]',
    ],
    ['this is no code', 'PLUGIN_INVALID', 'index.js'],
    ['process.exit(0)', 'HOST_START_FAILED', 'exit code 0'],
  ])('refuses %j with %s', async (source, code, text) => {
    await using given = pool()
    await expect(describePlugins([spec], folder(source), given.hosts)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    })
  })

  it('refuses a plugin of another version before its code runs', async () => {
    await using given = pool()
    const project = folder('process.exit(0)', pluginManifest({ apiVersion: 7 }))
    await expect(describePlugins([{ ...spec, trusted: true }], project, given.hosts)).rejects.toMatchObject({
      code: 'PLUGIN_API_VERSION',
    })
    expect(given.hosts.hosts()).toEqual([])
  })

  it('refuses two workers of one name', async () => {
    await using given = pool()
    const project = projectFolder({ 'a.mjs': GREETER, 'b.mjs': GREETER })
    const both = ['./a.mjs', './b.mjs'].map((specifier) => ({ specifier, trusted: true }))
    await expect(describePlugins(both, project, given.hosts)).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      at: './b.mjs',
    })
  })

  it('M-21, H12: the code of a plugin reads its own folder and nothing of the project around it', async () => {
    await using given = pool()
    const project = folder(GREETER)
    const [described] = await describePlugins([spec], project, given.hosts)
    const location = described?.location
    if (location === undefined) throw new Error('not described')
    const read = (path: string) =>
      new Promise((resolve) => {
        const sinks = { started: () => {}, result: resolve, error: resolve, lost: resolve }
        given.hosts.run(location, assignment('greeter', { id: path.slice(-9), body: { name: path } }), sinks as never)
      })
    expect(await read(join(project, 'plugins/greetings/index.js'))).toBe(GREETER)
    expect(await read(join(project, 'secret.txt'))).toBe('ERR_ACCESS_DENIED')
    expect(await read(join(project, 'package.json'))).toBe('ERR_ACCESS_DENIED')
  })
})

const task = (id: string, body: object, more: object = {}) => ({ id, type: 'greet', body: body as never, ...more })

describe('WorkersTaskDoor', () => {
  it('asks a host of the plugin, which never runs in this process', async () => {
    await using given = pool()
    const [described] = await describePlugins([spec], folder(GREETER), given.hosts)
    if (described === undefined) throw new Error('not described')
    const door = new WorkersTaskDoor({
      hosts: given.hosts,
      hosted: [{ plugin: described.location, handles: ['greet'] }],
    })
    const prepared = await door.prepare([
      task('a', { name: 'Ada' }),
      task('b', { name: 1 }),
      task('c', { name: 'evil' }),
      task('d', { name: 'Ada' }, { outputs: ['mine.txt'] }),
      { id: 'e', type: 'unknown', body: null },
    ])
    expect(prepared).toMatchObject([
      { id: 'a', outputs: ['greetings/Ada.txt'] },
      { id: 'b', error: { code: 'TASK_BODY_INVALID', at: 'b' } },
      { id: 'c', error: { code: 'FILE_REFUSED' } },
      { id: 'd', outputs: ['mine.txt'] },
      { id: 'e' },
    ])
    // One answer for each, whatever their number.
    const many = Array.from({ length: 1_200 }, (_, index) => task(`t${index}`, { name: `n${index}` }))
    expect((await door.prepare(many)).map(({ outputs }) => outputs?.[0])).toEqual(
      many.map((_, index) => `greetings/n${index}.txt`),
    )
  })

  it('asks the workers of this process the same questions', async () => {
    await using given = pool()
    const [described] = await describePlugins([{ ...spec, trusted: true }], folder(GREETER), given.hosts)
    const door = new WorkersTaskDoor({ here: described?.plugin?.workers ?? [] })
    expect(await door.prepare([task('a', { name: 'Ada' }), task('b', {}), task('c', { name: 'evil' })])).toMatchObject([
      { outputs: ['greetings/Ada.txt'] },
      { error: { code: 'TASK_BODY_INVALID' } },
      { error: { code: 'FILE_REFUSED' } },
    ])
  })

  it('P11: tells of a host that dies over its question', async () => {
    await using given = pool()
    const source = GREETER.replace('outputs: ({ name }) =>', 'outputs: ({ name }) => process.exit(3) ||')
    const [described] = await describePlugins([spec], folder(source), given.hosts)
    if (described === undefined) throw new Error('not described')
    const door = new WorkersTaskDoor({
      hosts: given.hosts,
      hosted: [{ plugin: described.location, handles: ['greet'] }],
    })
    expect(await door.prepare([task('a', { name: 'Ada' })])).toMatchObject([{ id: 'a', error: { code: 'HOST_DIED' } }])
  })
})
