import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Roots, listContainedFolder, readContainedFile, writeContainedFile, type ToolIo } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, defineTool, embedded, fanOut, files, plugins, task } from 'bosun'
import { expect, it, onTestFinished } from 'vitest'
import { symbolRenamer } from './symbol-renamer.ts'
import { syntaxRewriter } from './syntax-rewriter.ts'

async function inRoots<T>(io: ToolIo, work: (roots: Roots) => Promise<T>): Promise<T> {
  mkdirSync(io.staging, { recursive: true })
  using roots = Roots.open({ workspace: io.workspace, mounts: io.mounts, staging: io.staging })
  return await work(roots)
}

const tools = [
  defineTool(files.read, (input, io) =>
    inRoots(io, async (roots) => {
      const { text, bytes, truncated } = await readContainedFile(roots, input)
      return { text, bytes, truncated }
    }),
  ),
  defineTool(files.write, ({ path, text }, io) =>
    inRoots(io, async (roots) => {
      const { bytes, sha256 } = await writeContainedFile(roots, { path, text })
      return { bytes, hash: `sha256-${sha256}` }
    }),
  ),
  defineTool(files.list, ({ path }, io) =>
    inRoots(io, async (roots) => ({ entries: [...(await listContainedFolder(roots, { path }))] })),
  ),
]

/** A project of some files, and the engine that works on it. */
async function project(content: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-codemod-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(content)) writeFileSync(join(folder, path), text)
  const plugin = definePlugin({ name: 'codemods', workers: [syntaxRewriter, symbolRenamer], tools })
  const world = embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(plugin))).get(Bosun)
  onTestFinished(() => bosun.close())
  return { bosun, text: (path: string) => readFileSync(join(folder, path), 'utf8') }
}

it('M-58: a task per file, side by side: each file is rewritten by its own, no other is, and a broken one loses none', async () => {
  const paths = Array.from({ length: 12 }, (_, index) => `m${index}.ts`)
  const broken = 'm7.ts'
  const { bosun, text } = await project(
    Object.fromEntries([...paths, 'other.ts'].map((path) => [path, path === broken ? 'log(\n' : `log('${path}')\n`])),
  )
  const manager = fanOut({
    name: 'refactor',
    start: () =>
      paths.map((path) =>
        task('rewrite_syntax', { files: [path], pattern: 'log($A)', rewrite: 'say($A)' }, { id: path }),
      ),
  })
  const run = await bosun.run(manager, null)
  const facts = await Array.fromAsync(run).then((batches) => batches.flat())
  expect((await run.outcome).end).toMatchObject({
    type: 'run.failed',
    missing: [broken],
    tally: { succeeded: 11, failed: 1 },
  })
  for (const path of paths) expect(text(path)).toBe(path === broken ? 'log(\n' : `say('${path}')\n`)
  expect(text('other.ts')).toBe(`log('other.ts')\n`)
  expect(facts.filter(({ type }) => type === 'task.assigned')).toHaveLength(12)
  expect(facts.find(({ type }) => type === 'task.failed')).toMatchObject({
    task: broken,
    error: { code: 'SOURCE_INVALID', at: 'm7.ts:2:1' },
  })
})

it('T-24: a rename that waits for the rewrite before it works on what that published', async () => {
  const { bosun, text } = await project({
    'a.ts': 'export const old = f(1)\n',
    'b.ts': `import { old } from './a.ts'\n`,
  })
  const manager = fanOut({
    name: 'refactor',
    start: () => [
      task('rewrite_syntax', { files: ['a.ts'], pattern: 'f($A)', rewrite: 'g($A)' }, { id: 'first' }),
      task('rename_symbol', { file: 'a.ts', name: 'old', to: 'fresh' }, { id: 'second', dependsOn: ['first'] }),
    ],
  })
  await (
    await bosun.run(manager, null)
  ).result
  expect([text('a.ts'), text('b.ts')]).toEqual(['export const fresh = g(1)\n', `import { fresh } from './a.ts'\n`])
})
