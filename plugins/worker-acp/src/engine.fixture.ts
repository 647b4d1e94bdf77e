import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  BosunError,
  command,
  defineTool,
  FileError,
  files,
  readContainedFile,
  Roots,
  writeContainedFile,
  type ToolIo,
} from '@bosun/sdk'
import { Bosun, createContainer, definePlugin, embedded, fanOut, plugins, task, type Fact } from 'bosun'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import { AcpOptionsSchema } from './acp-options.ts'
import { findBubblewrap } from './bubblewrap.ts'
import type { AgentResultSchema } from './coding-agent.ts'
import { workerAcp } from './plugin.ts'

export type Step = readonly [what: string, ...words: unknown[]]

const CHILD = join(import.meta.dirname, 'agent-child.fixture.ts')
const REPOSITORY = resolve(import.meta.dirname, '../../..')

/** The options of a config for the agent of these specs. */
export function agentOptions(mode = '', more: object = {}) {
  return {
    command: process.execPath,
    args: ['--conditions=@bosun/source', CHILD, mode],
    readable: [dirname(process.execPath), REPOSITORY],
    sandbox: 'off',
    ...more,
  }
}

/** Whether agents can be contained on this machine; specs of that are skipped where not. */
export const hasBubblewrap = (await findBubblewrap(AcpOptionsSchema.parse(agentOptions()))) !== undefined
if (!hasBubblewrap) console.warn('Bubblewrap does not work on this machine: specs of contained agents are skipped.')

// The tools as far as these specs need them; the real ones are plugins that composers name.
const tools = [
  defineTool(files.read, (input, io) =>
    inRoots(io, async (roots) => {
      const { sha256: _, ...read } = await readContainedFile(roots, input)
      return read
    }),
  ),
  defineTool(files.write, ({ path, text: content }, io) =>
    inRoots(io, async (roots) => ({ bytes: (await writeContainedFile(roots, { path, text: content })).bytes })),
  ),
  defineTool(command.run, async (input, io) => {
    const child = spawn(input.command, input.args, {
      cwd: io.staging,
      signal: io.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(child, 'close') as Promise<[number | null, string | null]>
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    const [exitCode, signal] = await ended
    const counts = {
      stdoutBytes: stdout.length,
      stderrBytes: stderr.length,
      stdoutTruncated: false,
      stderrTruncated: false,
    }
    return { exitCode, signal, stdout, stderr, ...counts, sandbox: 'none' as const, ms: 0 }
  }),
]

async function inRoots<T>(io: ToolIo, work: (roots: Roots) => Promise<T>): Promise<T> {
  try {
    mkdirSync(io.staging, { recursive: true })
    using roots = Roots.open({ workspace: io.workspace, mounts: io.mounts, staging: io.staging })
    return await work(roots)
  } catch (error) {
    if (!FileError.is(error)) throw error
    const code = error.code === 'FILE_NOT_FOUND' ? 'FILE_NOT_FOUND' : 'FILE_REFUSED'
    throw new BosunError(code, { at: error.at, summary: error.summary, cause: error })
  }
}

/** A workspace with some files, and an engine that runs tasks in it. */
export async function project(options: object = agentOptions()) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bosun-acp-spec-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const workspace = join(folder, 'workspace')
  for (const [path, content] of [
    ['src/a.ts', 'one\ntwo\nthree\n'],
    ['secret/key', 'key'],
    ['README.md', '# It'],
  ] as const) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), content)
  }
  const made = await workerAcp.create(options)
  const world = embedded({ folder: workspace, stateDir: join(folder, 'state'), journal: 'memory' })
  const bosun = (await createContainer(world, plugins(made, definePlugin({ name: 'tools', tools })))).get(Bosun)
  onTestFinished(() => bosun.close())
  /** The options of a run with these rules of `policy.ask`: its config is the default one else, which any run shows. */
  const asking = async (ask: string[]) => {
    if (ask.length === 0) return {}
    const { outcome, view } = await bosun.run(fanOut({ name: 'nothing', start: () => [] }), null)
    await outcome
    return { config: { ...view.config, policy: { ...view.config.policy, ask } } }
  }
  /** Starts a task whose prompt is these steps. */
  const start = async (steps: readonly Step[], more: object = {}, limits: object = {}, ask: string[] = []) => {
    const one = task('run_agent', { prompt: JSON.stringify(steps), ...more }, { id: 'one', limits })
    const run = await bosun.run(fanOut({ name: 'agents', start: () => [one] }), null, await asking(ask))
    return { run, facts: Array.fromAsync(run).then((batches): Fact[] => batches.flat()) }
  }
  return {
    folder,
    workspace,
    start,
    read: (path: string) => readFileSync(join(workspace, path), 'utf8'),
    /** Runs one to its end. */
    done: async (steps: readonly Step[], more: object = {}, limits: object = {}) =>
      endOf(await (await start(steps, more, limits)).facts),
  }
}

type AgentResult = z.infer<typeof AgentResultSchema>

/** How the task ended: its result, what came of each step, its error, and what was denied. */
export function endOf(facts: readonly Fact[]) {
  const succeeded = facts.find((fact) => fact.type === 'attempt.succeeded')
  const failed = facts.find((fact) => fact.type === 'task.failed' || fact.type === 'task.lost')
  const result = succeeded?.result as AgentResult | undefined
  return {
    result,
    came: JSON.parse(result?.text ?? '[]') as unknown[],
    error: failed?.error,
    denied: facts.flatMap((fact) => (fact.type === 'tool.denied' ? [fact.detail] : [])),
    calls: facts.filter((fact) => fact.type === 'tool.called').map(({ tool }) => tool),
  }
}

/** A port to which processes connect that are to end: a connection that closes is a process that is gone. */
export async function watchedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async next(): Promise<{ readonly gone: Promise<unknown> }> {
      const [socket] = (await once(server, 'connection')) as [Socket]
      return { gone: once(socket.on('error', () => {}).resume(), 'close') }
    },
  }
}
