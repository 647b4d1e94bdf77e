import {
  client,
  methods,
  PROTOCOL_VERSION,
  RequestError,
  type ActiveSession,
  type ClientApp,
  type ClientConnection,
  type SessionUpdate,
} from '@agentclientprotocol/sdk'
import { BosunError, command, defineWorker, files, type WorkerContext } from '@bosun/sdk'
import { z } from 'zod'
import type { AcpOptions } from './acp-options.ts'
import { AgentRequests, type AgentGrant } from './agent-requests.ts'
import { agentStream } from './agent-stream.ts'
import { session } from './session-tool.ts'

/** How long the agent may take to greet and to open a session. */
const GREETING_MS = 60_000
/** What is kept of the agent's text: its end, where it says what it has done. */
const TEXT_LENGTH_MAX = 256 * 1024

/** The body of a `run_agent` task. */
export const AgentBodySchema = z.strictObject({
  prompt: z.string().min(1),
  /** The files that it writes; others are refused then. Default: whatever its rule covers. */
  files: z.array(z.string().min(1)).optional(),
})

export const AgentResultSchema = z.strictObject({
  /** `end_turn` where the agent was done. */
  stopReason: z.enum(['end_turn', 'max_tokens', 'max_turn_requests', 'refusal', 'cancelled']),
  /** What it said, or the end of that. */
  text: z.string(),
  filesChanged: z.array(z.string()),
  /** What it asked for and did not get, and why. */
  refusals: z.array(z.strictObject({ asked: z.string(), why: z.string() })),
  /** What its own process was contained by. */
  sandbox: z.enum(['bubblewrap', 'none']),
})

type Tools = AgentGrant & { readonly session: NonNullable<(typeof session)['callType']> }

/**
 * A worker that has a coding agent do its tasks, over the Agent Client Protocol: any program that speaks it.
 *
 * The agent's requests for files and terminals are answered by `files.read`, `files.write` and `command.run` as
 * far as the config grants them, its requests for permissions by the same rules. Its own process is started by a
 * tool of this plugin, which therefore has to be trusted, inside bubblewrap: there it may read the workspace and
 * its staging, and write nothing but a home of its own. What it does in there without asking is contained, and
 * not judged: reads of the workspace that pass the rule by, programs that it starts itself and, if the config
 * gives it the network, calls of models, which no budget counts.
 *
 * @throws RULE_MALFORMED
 * @example
 * // bosun.config.ts: plugins: [{ use: '@bosun/worker-acp', trusted: true, options: {
 * //   command: 'my-agent', args: ['--acp'], env: ['MY_AGENT_KEY'], network: true, write: 'src/**' } }]
 * // plan.yaml: { id: fix, type: run_agent, body: { prompt: 'Make the tests pass.' } }
 */
export function codingAgent(options: AcpOptions) {
  const commands = options.commands.map((words, index) => ({ words, name: `run${index + 1}` }))
  return defineWorker({
    name: 'coding-agent',
    summary: 'Has a coding agent do a task.',
    handles: 'run_agent',
    body: AgentBodySchema,
    result: AgentResultSchema,
    tools: {
      session,
      read: files.read(options.read),
      ...(options.write === undefined ? {} : { write: files.write(options.write) }),
      ...Object.fromEntries(commands.map(({ words, name }) => [name, command.run(words)])),
    },
    effects: 'once',
    outputs: ({ files: outputs }) => outputs ?? [],
    examples: [{ body: { prompt: 'Say what this project is.' }, files: { 'README.md': '# A site about planets\n' } }],
    async run({ body }, context) {
      const held = context.tools as unknown as Readonly<Record<string, Tools['commands'][number]['run']>> & Tools
      const tools: Tools = {
        session: held.session,
        read: held.read,
        write: held.write,
        writable: options.write,
        commands: commands.flatMap(({ words, name }) => {
          const run = held[name]
          return run === undefined ? [] : [{ words, run }]
        }),
      }
      const { place } = await tools.session({ do: 'start' })
      if (place === undefined) throw new BosunError('TOOL_FAILED', { at: session.tool, received: 'no place' })
      try {
        return { ...(await converse(body.prompt, tools, place, context)), sandbox: place.sandbox }
      } finally {
        // An attempt that was stopped makes no calls; its agent ends with its grant.
        await tools.session({ do: 'end' }).catch(() => {})
      }
    },
  })
}

// Private

type Context = Pick<WorkerContext, 'progress' | 'clock' | 'signal'>

async function converse(
  prompt: string,
  tools: Tools,
  place: { readonly cwd: string; readonly workspace: string },
  context: Context,
) {
  const requests = new AgentRequests(tools, place)
  const end = { how: 'it closed its output' }
  const stream = agentStream(
    tools.session,
    () => requests.room(),
    (how) => (end.how = how),
  )
  const connection = answering(requests).connect(stream)
  try {
    const active = await inTime(greet(connection, tools, place), context)
    // Told by the tool when this attempt is stopped, and can say nothing any more.
    await tools.session({ do: 'atEnd', lines: cancelLine(active.sessionId) })
    // Its failure is what the next update throws.
    active.prompt(prompt).catch(() => {})
    const { stopReason, text } = await listen(active, context)
    return { stopReason, text, filesChanged: [...requests.filesChanged].toSorted(), refusals: requests.refusals }
  } catch (error) {
    context.signal.throwIfAborted()
    throw failure(error, connection.signal.aborted ? end.how : undefined)
  } finally {
    connection.close()
  }
}

function answering(requests: AgentRequests): ClientApp {
  const { fs, terminal, session: sessions } = methods.client
  return client({ name: 'bosun' })
    .onRequest(fs.readTextFile, ({ params }) => requests.read(params))
    .onRequest(fs.writeTextFile, ({ params }) => requests.write(params))
    .onRequest(sessions.requestPermission, ({ params }) => requests.permission(params))
    .onRequest(terminal.create, ({ params }) => requests.createTerminal(params))
    .onRequest(terminal.output, ({ params }) => requests.terminalOutput(params))
    .onRequest(terminal.waitForExit, ({ params }) => requests.waitForTerminal(params))
    .onRequest(terminal.release, ({ params }) => requests.releaseTerminal(params))
    .onRequest(terminal.kill, () => {
      throw new RequestError(-32_000, 'A command ends by itself, or when its time is over.')
    })
}

/** @throws WORKER_THREW for an agent of another protocol */
async function greet(
  connection: ClientConnection,
  tools: Tools,
  place: { readonly cwd: string; readonly workspace: string },
) {
  const { agent } = connection
  const greeting = await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: {
      fs: { readTextFile: true, writeTextFile: tools.write !== undefined },
      terminal: tools.commands.length > 0,
    },
    clientInfo: { name: 'bosun', version: '1' },
  })
  if (greeting.protocolVersion !== PROTOCOL_VERSION) {
    throw new BosunError('WORKER_THREW', {
      at: 'the coding agent',
      expected: `version ${PROTOCOL_VERSION} of the Agent Client Protocol`,
      received: `version ${greeting.protocolVersion}`,
    })
  }
  const knowsMore = greeting.agentCapabilities?.sessionCapabilities?.additionalDirectories !== undefined
  const session = agent.buildSession({
    cwd: place.cwd,
    mcpServers: [],
    ...(knowsMore ? { additionalDirectories: [place.workspace] } : {}),
  })
  return session.start()
}

/** What the agent says, in order, until its turn ends. */
async function listen(active: ActiveSession, context: Context) {
  let text = ''
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const message = await active.nextUpdate()
    if (message.kind === 'stop') return { stopReason: message.stopReason, text }
    text = (text + textOf(message.update)).slice(-TEXT_LENGTH_MAX)
    tell(message.update, context)
  }
}

async function inTime<T>(work: Promise<T>, { clock }: Context): Promise<T> {
  const late = clock.sleep(GREETING_MS).then(() => {
    throw new BosunError('WORKER_THREW', {
      at: 'the coding agent',
      summary: 'The coding agent did not open a session in time.',
      expected: `a session within ${GREETING_MS} ms`,
    })
  })
  // Whichever is first; the wait of the other ends with the attempt.
  late.catch(() => {})
  return Promise.race([work, late])
}

function tell(update: SessionUpdate, { progress }: Context): void {
  if (update.sessionUpdate === 'tool_call') progress(update.title)
  if (update.sessionUpdate !== 'plan') return
  const done = update.entries.filter(({ status }) => status === 'completed').length
  const current = update.entries.find(({ status }) => status === 'in_progress')
  progress(current?.content ?? 'planning', { done, total: update.entries.length })
}

function textOf(update: SessionUpdate): string {
  return update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text' ? update.content.text : ''
}

function cancelLine(sessionId: string): string {
  return `${JSON.stringify({ jsonrpc: '2.0', method: methods.agent.session.cancel, params: { sessionId } })}\n`
}

/** @param ended why the agent is gone, if it is */
function failure(error: unknown, ended: string | undefined): BosunError {
  if (BosunError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new BosunError('WORKER_THREW', {
    at: 'the coding agent',
    summary: ended === undefined ? 'The coding agent refused to go on.' : 'The coding agent ended before it was done.',
    received: ended ?? message,
    fix: 'Read what it said; look whether it has its key, and the network if it needs that.',
    cause: error,
  })
}
