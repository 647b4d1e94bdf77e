/**
 * The tool that runs the agent, in the process of the run: hosts start no programs. It passes lines to and fro and
 * understands none of them; the protocol is spoken by the worker, in its host, whose own tools answer what the
 * agent asks for. So every file and command that the agent asks for passes the gateway, as a call of that worker.
 */
import { mkdir, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { BosunError, declareTool, defineTool, type AnyToolHandler, type ToolIo } from '@bosun/sdk'
import { z } from 'zod'
import type { AcpOptions } from './acp-options.ts'
import { AgentProcess } from './agent-process.ts'
import { findBubblewrap, type Wrap } from './bubblewrap.ts'

const lines = z.string().max(16 * 1024 * 1024)

/** Starts the configured agent for an attempt, and talks to it. One session per attempt; it ends with the attempt. */
export const session = declareTool({
  name: 'acp.session',
  summary: 'Talks to the coding agent that the config names.',
  access: 'effect',
  input: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('start') }),
    z.strictObject({ do: z.literal('send'), lines }),
    /** Waits for what the agent says. */
    z.strictObject({ do: z.literal('receive') }),
    /** States what the agent is told if the attempt ends before it is done. */
    z.strictObject({ do: z.literal('atEnd'), lines }),
    z.strictObject({ do: z.literal('end') }),
  ]),
  output: z.strictObject({
    lines: z.array(z.string()),
    /** Why the agent is gone. */
    ended: z.string().optional(),
    place: z
      .strictObject({ cwd: z.string(), workspace: z.string(), sandbox: z.enum(['bubblewrap', 'none']) })
      .optional(),
  }),
})

/**
 * `acp.session` for the agent of a config.
 *
 * @throws ISOLATION_UNAVAILABLE when a sandbox is required and there is none
 */
export async function sessionTool(options: AcpOptions): Promise<AnyToolHandler> {
  // Hosts load this plugin as well, and can start nothing; there the tool is never called.
  const canStart = mayStart()
  const wrap = options.sandbox === 'off' || !canStart ? undefined : await findBubblewrap(options)
  if (options.sandbox === 'required' && canStart && wrap === undefined) {
    throw new BosunError('ISOLATION_UNAVAILABLE', {
      at: 'worker-acp: sandbox',
      expected: 'a bubblewrap that works',
      fix: "Install it, or set sandbox: 'off' if the agent may do whatever its user may.",
    })
  }
  const agents = new Map<string, AgentProcess>()
  return defineTool(session, async (input, io) => {
    if (input.do === 'start') return begin(agents, options, wrap, io)
    const agent = agents.get(io.attempt)
    if (agent === undefined) throw new BosunError('TOOL_FAILED', { at: session.tool, received: 'no agent was started' })
    if (input.do === 'send') agent.send(input.lines)
    if (input.do === 'atEnd') agent.atEnd(input.lines)
    if (input.do === 'end') await agent.end()
    const received = input.do === 'receive' ? await agent.receive(io.signal) : []
    const { ended } = agent
    return { lines: received, ...(ended === undefined || received.length > 0 ? {} : { ended }) }
  })
}

// Private

function mayStart(): boolean {
  // Typed as always there; it is only under the permission model.
  const { permission } = process as { readonly permission?: { has(scope: string): boolean } }
  return permission?.has('child') !== false
}

async function begin(
  agents: Map<string, AgentProcess>,
  options: AcpOptions,
  wrap: Wrap | undefined,
  io: ToolIo,
): Promise<z.infer<typeof session.declaration.output>> {
  if (!mayStart()) {
    throw new BosunError('PLUGIN_UNTRUSTED', {
      at: '@bosun/worker-acp',
      summary: 'The coding agent is started by the process of the run',
      fix: "Write { use: '@bosun/worker-acp', trusted: true }.",
    })
  }
  if (agents.has(io.attempt)) throw new BosunError('TOOL_FAILED', { at: session.tool, received: 'a second start' })
  await mkdir(io.staging, { recursive: true, mode: 0o700 })
  const [workspace, staging] = await Promise.all([realpath(io.workspace), realpath(io.staging)])
  const named = namedVariables(options.env)
  const home = await mkdtemp(join(await realpath(tmpdir()), 'bosun-acp-'))
  const argv = [options.command, ...options.args]
  const agent = await AgentProcess.start({
    argv: wrap?.(argv, { workspace, staging, home }) ?? argv,
    cwd: staging,
    // All that it sees of its surroundings.
    env: {
      LANG: 'C.UTF-8',
      HOME: home,
      TMPDIR: home,
      PATH: options.searchPath.join(delimiter),
      BOSUN_WORKSPACE: workspace,
      ...named,
    },
    home,
  })
  agents.set(io.attempt, agent)
  const end = (): void => {
    agents.delete(io.attempt)
    void agent.end()
  }
  // The signal of a call outlives the call: it fires when the grant of the attempt is closed, however it ended.
  if (io.signal.aborted) end()
  else io.signal.addEventListener('abort', end, { once: true })
  return { lines: [], place: { cwd: staging, workspace, sandbox: wrap === undefined ? 'none' : 'bubblewrap' } }
}

/** @throws CONFIG_INVALID for a variable that is not set */
function namedVariables(names: readonly string[]): Readonly<Record<string, string>> {
  const values = names.map((name) => {
    const value = process.env[name]
    if (value !== undefined && value !== '') return [name, value]
    throw new BosunError('CONFIG_INVALID', {
      at: 'worker-acp: env',
      summary: `The environment variable ${name}, which the coding agent needs, is not set`,
      fix: 'Set it, or take its name out of the config.',
    })
  })
  return Object.fromEntries(values) as Record<string, string>
}
