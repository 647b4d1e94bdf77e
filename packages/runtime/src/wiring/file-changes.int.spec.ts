import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { definePlugin, defineTool, defineWorker, deleteContainedFile, files, Roots } from '@bosun/sdk'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { config, ended, expectClean, gate, of, temporaryFolder, world } from '../run/world.fixture.ts'
import { plugins } from './plugins.ts'

const remove = defineTool(files.delete, async ({ path }, { workspace, staging }) => {
  mkdirSync(staging, { recursive: true })
  using roots = Roots.open({ workspace, staging })
  return { bytes: (await deleteContainedFile(roots, { path })).bytes }
})

/** Deletes what its body names, as far as it may, and tells the codes of what it may not. */
const sweeper = (watched: Promise<void>) =>
  defineWorker({
    name: 'sweeper',
    summary: 'Deletes files.',
    handles: 'sweep',
    body: z.array(z.string()),
    result: z.array(z.string()),
    tools: { drop: files.delete('**') },
    async run({ body }, { tools }) {
      await watched
      const answers = body.map((path) =>
        tools.drop({ path }).then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      )
      return Promise.all(answers)
    },
  })

it('M-22, M-56, X-05: a deletion is allowed by worker and policy, told as a call, published and recorded as a fact', async () => {
  const folder = temporaryFolder()
  const workspace = join(folder, 'workspace')
  mkdirSync(join(workspace, 'old'), { recursive: true })
  for (const path of ['old/a', 'old/b', 'keep']) writeFileSync(join(workspace, path), path)
  const watched = gate()
  const { bosun } = await world({
    folder,
    workspace,
    workers: [sweeper(watched.opened)],
    modules: [plugins(definePlugin({ name: 'sweeping', tools: [remove] }))],
  })
  const sweep = fanOut({
    name: 'sweep',
    start: () => [
      task('sweep', ['old/a', 'keep', 'old/none'], { id: 'one', outputs: ['old/a', 'old/none'] }),
      task('sweep', ['old/b', 'old/a'], { id: 'two', uses: [{ resource: 'path:old/b', mode: 'write' }] }),
    ],
  })
  const policy = { allow: ['files.delete(old/**)'] }
  const run = await bosun.run(sweep, null, { config: config({ policy, retry: { retriesMax: 0, backoffMs: 0 } }) })
  const seen: Fact[] = []
  run.facts$.subscribe((fact) => seen.push(fact))
  watched.open()
  const { facts } = await ended(run, bosun.journal)

  // `one` declares a file that is not there, so its attempt fails and nothing of it is published.
  expect(of(facts, 'attempt.failed').map(({ error }) => error.code)).toEqual(['OUTPUT_MISSING'])
  expect(of(facts, 'task.succeeded').map(({ task: id }) => id)).toEqual(['two'])
  expect(of(facts, 'outputs.published').flatMap(({ files: published }) => published)).toEqual([
    { path: 'old/b', hash: expect.stringMatching(/^sha256-e3b0c442/), bytes: 0, deleted: true },
  ])
  expect(existsSync(join(workspace, 'old/b'))).toBe(false)
  expect(readFileSync(join(workspace, 'old/a'), 'utf8')).toBe('old/a')
  expect(of(facts, 'tool.denied').map(({ task: id, tool, rule }) => `${id} ${tool}: ${rule}`)).toEqual([
    'one drop: policy.allow: files.delete(old/**)',
    'two drop: the paths that the task uses',
  ])
  expect(
    of(seen, 'tool.called')
      .map(({ task: id, tool, error }) => `${id} ${tool} ${error?.code}`)
      .sort(),
  ).toEqual(['one files.delete TOOL_FAILED', 'one files.delete undefined', 'two files.delete undefined'])
  expectClean(facts)
})
