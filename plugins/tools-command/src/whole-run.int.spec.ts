import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, defineWorker } from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, task, type Fact } from 'bosun'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { tool } from './place.fixture.ts'

const sort = defineWorker({
  name: 'sorter',
  summary: 'Sorts a file.',
  handles: 'sort_file',
  body: z.object({ command: z.string(), args: z.array(z.string()) }),
  result: z.object({ exitCode: z.int().nullable(), stdout: z.string() }),
  tools: { run: command.run('sort -o sorted.txt *') },
  async run({ body }, { tools }) {
    const { exitCode, stdout } = await tools.run(body)
    return { exitCode, stdout }
  },
})

it('M-22, M-23: a command works through the gateway: its files are published, other words are denied and recorded', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-command-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const workspace = join(folder, 'workspace')
  mkdirSync(workspace)
  writeFileSync(join(workspace, 'names.txt'), 'b\na\n')
  const plugin = definePlugin({ name: 'sorting', workers: [sort], tools: [await tool({ sandbox: 'auto' })] })
  const world = embedded({ folder: workspace, stateDir: join(folder, 'state'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(plugin))).get(Bosun)
  onTestFinished(() => bosun.close())

  const names = join(workspace, 'names.txt')
  const manager = fanOut({
    name: 'sorting',
    start: () => [
      task('sort_file', { command: 'sort', args: ['-o', 'sorted.txt', names] }, { id: 'good' }),
      task('sort_file', { command: 'sort', args: ['-o', names, names] }, { id: 'elsewhere' }),
      task('sort_file', { command: 'sort', args: ['-o sorted.txt', names] }, { id: 'joined' }),
      task('sort_file', { command: '/usr/bin/sort', args: ['-o', 'sorted.txt', names] }, { id: 'path' }),
    ],
  })
  const run = await bosun.run(manager, null)
  const facts = await Array.fromAsync(run).then((batches): Fact[] => batches.flat())

  expect(readFileSync(join(workspace, 'sorted.txt'), 'utf8')).toBe('a\nb\n')
  expect(readFileSync(names, 'utf8')).toBe('b\na\n')
  expect(readdirSync(workspace).toSorted()).toEqual(['names.txt', 'sorted.txt'])
  expect((await run.outcome).end).toMatchObject({ tally: { succeeded: 1, failed: 3 } })
  const denied = facts.filter((fact) => fact.type === 'tool.denied')
  expect(denied).toHaveLength(3)
  for (const denial of denied) expect(denial).toMatchObject({ rule: 'command.run(sort -o sorted.txt *)' })
  expect(facts.filter((fact) => fact.type === 'tool.called')).toMatchObject([{ task: 'good', tool: 'command.run' }])
})
