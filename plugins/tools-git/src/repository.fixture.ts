import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { definePlugin, defineTool, declareTool, defineWorker } from '@bosun/sdk'
import { Bosun, createContainer, embedded, fanOut, plugins, task, type Fact } from 'bosun'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { toolsGit } from './plugin.ts'

/** Whether this machine has a git; specs that need one say so in their title. */
export const HAS_GIT = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** A real repository in a temporary folder, with its files committed. */
export function repository(files: Readonly<Record<string, string>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bosun-tools-git-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=t@t', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  const write = (more: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  git('init', '-q', '-b', 'main')
  write({ ...files, '.gitignore': '.bosun/\n' })
  git('add', '-A')
  git('commit', '-q', '-m', 'first')
  return { folder, git, write, read: (path: string) => readFileSync(join(folder, path), 'utf8') }
}

/** Writes into the worktree as a program would that runs there. */
export const put = declareTool({
  name: 'test.put',
  summary: 'Writes a file.',
  access: 'write',
  input: z.object({ path: z.string(), text: z.string() }),
  output: z.null(),
  paths: ({ path }) => [path],
})
const putHandler = defineTool(put, ({ path, text }, { staging }) => {
  writeFileSync(join(staging, path), text)
  return null
})

/** Waits until as many calls wait as there are to be. */
export const meet = declareTool({
  name: 'test.meet',
  summary: 'Waits for the others.',
  access: 'read',
  input: z.object({}),
  output: z.null(),
})

export type Tools = Readonly<Record<string, (input: object) => Promise<never>>>

/** Runs one task per body with this worker, and tells how it ended and what there was to see. */
export async function runAll(
  folder: string,
  bodies: readonly unknown[],
  tools: object,
  work: (body: never, tools: Tools) => Promise<unknown>,
): Promise<{ facts: readonly Fact[]; results: Readonly<Record<string, unknown>>; failed: readonly string[] }> {
  let waiting = 0
  const all = Promise.withResolvers<null>()
  const meetHandler = defineTool(meet, () => {
    waiting += 1
    if (waiting === bodies.length) all.resolve(null)
    return all.promise
  })
  const worker = defineWorker({
    name: 'editor',
    handles: 'edit',
    summary: 'Edits.',
    body: z.unknown(),
    result: z.unknown(),
    tools: tools as never,
    run: ({ body }, context) => work(body as never, (context as { tools: unknown }).tools as Tools) as never,
  })
  const container = await createContainer(
    embedded({ folder, stateDir: join(folder, '.bosun'), journal: 'memory' }),
    plugins(toolsGit, definePlugin({ name: 'test', workers: [worker], tools: [putHandler, meetHandler] })),
  )
  const bosun = container.get(Bosun)
  try {
    const manager = fanOut({
      name: 'edits',
      start: () => bodies.map((body, index) => task('edit', body as never, { id: `t${index}` })),
    })
    const run = await bosun.run(manager, null)
    const facts = (await Array.fromAsync(run)).flat()
    const succeeded = facts.flatMap((fact) => (fact.type === 'attempt.succeeded' ? [[fact.task, fact.result]] : []))
    const failed = facts.flatMap((fact) => (fact.type === 'task.failed' ? [fact.task] : []))
    return { facts, results: Object.fromEntries(succeeded) as Record<string, unknown>, failed }
  } finally {
    await bosun.close()
  }
}
