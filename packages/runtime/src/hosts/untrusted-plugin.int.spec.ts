import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { Plugin } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { assignment, realClock } from '../broker/workers-side.fixture.ts'
import { InlineTaskDoor } from '../tools/task-door.ts'
import { describePlugin } from './describe-plugin.ts'
import { HostPool } from './host-pool.ts'
import { locatePlugin } from './locate-plugin.ts'
import { GREETER, pluginManifest, projectFolder } from './plugin-folder.fixture.ts'

const WITH_TOOL = `
import { declareTool, definePlugin, defineTool } from '@bosun/sdk'
import { z } from 'zod'
const tool = declareTool({ name: 'acme.do', summary: 'Does.', access: 'read', input: z.object({}), output: z.object({}) })
export default definePlugin({ name: 'tools', tools: [defineTool(tool, () => ({}))], planners: [{ name: 'mine', plan: () => ({ tasks: [] }) }] })
`

/** A project with one plugin, and a pool that may run it. */
function untrusted(source: string) {
  const project = projectFolder({
    'plugins/greetings/package.json': pluginManifest({ apiVersion: 1 }),
    'plugins/greetings/index.js': source,
    'secret.txt': 'secret',
  })
  const hosts = new HostPool({ clock: realClock, hostsMax: 2 })
  const location = locatePlugin('./plugins/greetings', project)
  return { project, location, hosts, [Symbol.asyncDispose]: () => hosts.close() }
}

const task = (id: string, body: object, more: object = {}) => ({ id, type: 'greet', body: body as never, ...more })

describe('an untrusted plugin', () => {
  it('is described by a host, as plain data, without its code running here', async () => {
    await using given = untrusted(`globalThis.wasHere = true\n${GREETER}`)
    expect(await given.hosts.describe(given.location)).toMatchObject({
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
      tools: [],
      brings: { planners: [], managers: [], strategies: [], modulesCount: 0 },
    })
    expect((globalThis as { wasHere?: boolean }).wasHere).toBeUndefined()
  })

  it('is described by a host as it would be here', async () => {
    await using given = untrusted(GREETER)
    const module = (await import(pathToFileURL(given.location.entry).href)) as { default: Plugin }
    expect(await given.hosts.describe(given.location)).toEqual(describePlugin(module.default, 'here'))
  })

  it('says what it brings besides workers, which is what needs trust', async () => {
    await using given = untrusted(WITH_TOOL)
    expect(await given.hosts.describe(given.location)).toMatchObject({
      tools: [{ name: 'acme.do', summary: 'Does.', access: 'read' }],
      brings: { planners: ['mine'] },
    })
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
  ])('is refused as %j with %s', async (source, code, text) => {
    await using given = untrusted(source)
    await expect(given.hosts.describe(given.location)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    })
  })

  it('M-21, H12: reads its own folder and nothing of the project around it', async () => {
    await using given = untrusted(GREETER)
    const read = (path: string) =>
      new Promise((resolve) => {
        const sinks = { started: () => {}, result: resolve, error: resolve, lost: resolve }
        given.hosts.run(
          given.location,
          assignment('greeter', { id: path.slice(-9), body: { name: path } }),
          sinks as never,
        )
      })
    expect(await read(join(given.project, 'plugins/greetings/index.js'))).toBe(GREETER)
    expect(await read(join(given.project, 'secret.txt'))).toBe('ERR_ACCESS_DENIED')
    expect(await read(join(given.project, 'package.json'))).toBe('ERR_ACCESS_DENIED')
  })
})

describe('the preparation of tasks', () => {
  const tasks = [
    task('a', { name: 'Ada' }),
    task('b', { name: 1 }),
    task('c', { name: 'evil' }),
    task('d', { name: 'Ada' }, { outputs: ['mine.txt'] }),
    { id: 'e', type: 'unknown', body: null },
  ]
  const answers = [
    { id: 'a', outputs: ['greetings/Ada.txt'] },
    { id: 'b', error: { code: 'TASK_BODY_INVALID', at: 'b' } },
    { id: 'c', error: { code: 'FILE_REFUSED' } },
    { id: 'd', outputs: ['mine.txt'] },
    { id: 'e' },
  ]

  it('is answered by a host of the plugin, whatever the number of tasks', async () => {
    await using given = untrusted(GREETER)
    expect(await given.hosts.prepare(given.location, tasks)).toMatchObject(answers)
    const many = Array.from({ length: 1_200 }, (_, index) => task(`t${index}`, { name: `n${index}` }))
    const prepared = await given.hosts.prepare(given.location, many)
    expect(prepared.map(({ outputs }) => outputs?.[0])).toEqual(many.map((_, index) => `greetings/n${index}.txt`))
  })

  it('is answered the same by workers of this process', async () => {
    await using given = untrusted(GREETER)
    const module = (await import(pathToFileURL(given.location.entry).href)) as { default: Plugin }
    expect(await new InlineTaskDoor(module.default.workers).prepare(tasks)).toMatchObject(answers)
  })

  it('H6: takes no answer that names other files than the task', async () => {
    // The code of the plugin writes the answer itself, past the host's program.
    const forged = `[{"type":"prepared","request":1,"tasks":[{"id":"x","outputs":["../../etc/passwd"]},{"id":"y","outputs":["more"]}]}]\\n`
    await using given = untrusted(
      GREETER.replace('outputs: ({ name }) =>', `outputs: ({ name }) => writeSync(3, ${JSON.stringify(forged)}) &&`)
        .replace('import { readFileSync }', 'import { readFileSync, writeSync }')
        .replace('\\\\n', '\\n'),
    )
    const prepared = await given.hosts.prepare(given.location, [
      task('x', { name: 'a' }),
      task('y', { name: 'b' }, { outputs: ['mine'] }),
    ])
    expect(prepared).toMatchObject([
      { id: 'x', error: { code: 'FILE_REFUSED' } },
      { id: 'y', outputs: ['mine'] },
    ])
  })

  it('M-51: is asked again of another host when the one that was asked is killed', async () => {
    await using given = untrusted(GREETER)
    await given.hosts.describe(given.location)
    for (const { pid } of given.hosts.hosts()) process.kill(pid, 'SIGKILL')
    expect(await given.hosts.prepare(given.location, tasks)).toMatchObject(answers)
  })

  it('P11: tells of a host that dies over its question', async () => {
    await using given = untrusted(
      GREETER.replace('outputs: ({ name }) =>', 'outputs: ({ name }) => process.exit(3) ||'),
    )
    expect(await given.hosts.prepare(given.location, [task('a', { name: 'Ada' })])).toMatchObject([
      { id: 'a', error: { code: 'HOST_DIED' } },
    ])
  })
})
