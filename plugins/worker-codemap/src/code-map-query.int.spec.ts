import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defineWorker, definePlanner, defineTool, type Json, type PlanRequest } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, type Fact } from 'bosun'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { queryCodeMap } from './code-map-query.ts'

const CODE = {
  'src/main.ts': "import { greet } from './lib/greet.ts'\nimport { z } from 'zod'\nexport const run = () => greet(z)\n",
  'src/lib/greet.ts': 'export const greet = (name: unknown) => `Hello, ${name}`\nexport type Name = string\n',
  'src/lib/broken.ts': 'export const = 1\n',
  'src/secret/key.ts': 'export const key = 1\n',
  'node_modules/zod/index.js': 'exports.z = 1\n',
  'README.md': '# Greetings\n',
}
const echo = defineWorker({
  name: 'echo',
  handles: 'echo',
  summary: 'Echoes.',
  body: z.json(),
  result: z.json(),
  run: ({ body }) => body,
})
const written: string[] = []
const eraser = defineTool({
  name: 'disk.erase',
  summary: 'Erases.',
  access: 'write',
  input: z.strictObject({ path: z.string() }),
  output: z.null(),
  paths: ({ path }) => [path],
  run({ path }) {
    written.push(path)
    return null
  },
})

/** Plans in a real run over a code base, with a planner that looks around; what it saw, and the facts. */
async function planning<T>(look: (tools: PlanRequest['tools']) => Promise<T>) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-codemap-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(CODE)) {
    mkdirSync(dirname(join(folder, 'code', path)), { recursive: true })
    writeFileSync(join(folder, 'code', path), text)
  }
  mkdirSync(join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'elsewhere/secret.ts'), 'export const secret = 1\n')
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'code/src/outside'))
  const before = readdirSync(join(folder, 'code'), { recursive: true }).toSorted()
  const plugin = definePlugin({ name: 'code', workers: [echo], tools: [queryCodeMap, eraser] })
  const world = embedded({
    folder,
    workspace: join(folder, 'code'),
    stateDir: join(folder, 'state'),
    journal: 'memory',
  })
  await using bosun = (await createContainer(world, plugins(plugin))).get(Bosun)
  let seen: T | undefined
  const planner = definePlanner('looking', async ({ tools }) => {
    seen = await look(tools)
    return { tasks: [{ id: 'a', type: 'echo', body: null }] }
  })
  const run = await bosun.run(fanOut({ name: 'planned', plan: true }), null, { planner })
  const facts = (await Array.fromAsync(run)).flat() as Fact[]
  expect(readdirSync(join(folder, 'code'), { recursive: true }).toSorted()).toEqual(before)
  return { seen, end: (await run.outcome).end, violations: facts.filter(({ type }) => type === 'violation.recorded') }
}

const query = (tools: PlanRequest['tools'], input: Json) =>
  tools.call('codemap.query', input) as Promise<Json & CodeAnswer>
interface CodeAnswer {
  readonly modules: readonly { readonly path: string }[]
  readonly modulesCount: number
  readonly truncated: boolean
}

describe('M-13: a planner that reads the code map', () => {
  it('is told of files, modules and who depends on whom', async () => {
    const { seen, end, violations } = await planning((tools) => query(tools, { path: '.' }))
    expect(end?.type).toBe('run.completed')
    expect(violations).toEqual([])
    expect(seen).toMatchObject({
      modules: [
        { path: 'src/lib/broken.ts', error: expect.any(String) },
        {
          path: 'src/lib/greet.ts',
          exports: ['Name', 'greet'],
          imports: [],
          importedBy: ['src/main.ts'],
          packages: [],
        },
        { path: 'src/main.ts', exports: ['run'], imports: ['src/lib/greet.ts'], importedBy: [], packages: ['zod'] },
        { path: 'src/secret/key.ts' },
      ],
      modulesCount: 4,
      folders: ['src', 'src/lib', 'src/secret'],
      packages: [{ name: 'zod', modules: 1 }],
      truncated: false,
    })
  })

  it('may ask for a part, in which importers from elsewhere are known, and for fewer modules', async () => {
    const { seen } = await planning(async (tools) => [
      await query(tools, { path: 'src/lib/greet.ts' }),
      await query(tools, { path: 'src', maxModules: 1 }),
      await query(tools, { path: 'src/lib', root: 'src/lib' }),
    ])
    expect(seen).toMatchObject([
      { modules: [{ path: 'src/lib/greet.ts', importedBy: ['src/main.ts'] }], modulesCount: 1 },
      { modules: [{ path: 'src/lib/broken.ts' }], modulesCount: 4, truncated: true },
      { modules: [{}, { path: 'src/lib/greet.ts', importedBy: [] }] },
    ])
  })

  it('sees nothing outside of the workspace', async () => {
    const inputs: readonly Json[] = [
      { path: '../elsewhere' },
      { path: '/etc' },
      { path: 'src/outside', root: 'src/outside' },
      { path: 'lib', root: 'src' },
    ]
    const { seen } = await planning(async (tools) => {
      const codes = inputs.map((input) => query(tools, input).catch((error: { code: string }) => error.code))
      return { all: await query(tools, { path: '.' }), codes: await Promise.all(codes) }
    })
    expect(JSON.stringify(seen)).not.toContain('outside')
    expect(seen?.codes).toEqual(['FILE_REFUSED', 'FILE_REFUSED', 'TOOL_FAILED', 'TOOL_INPUT_INVALID'])
  })

  it('holds no tool that writes: none is listed, and one that is called by name is denied and recorded', async () => {
    const { seen, violations } = await planning(async (tools) => {
      const names = tools.list.map(({ name }) => name)
      const denied = await tools
        .call('disk.erase', { path: 'src/main.ts' })
        .catch((error: { code: string }) => error.code)
      return { names, denied }
    })
    expect(seen).toEqual({ names: ['codemap.query'], denied: 'TOOL_DENIED' })
    expect(violations).toMatchObject([{ by: 'planner', error: { code: 'TOOL_DENIED' } }])
    expect(written).toEqual([])
  })
})
