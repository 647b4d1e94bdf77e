/** A coding agent that does what its prompt says, step by step, and tells what came of each. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { Readable, Writable } from 'node:stream'
import {
  agent,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type AgentContext,
  type RequestPermissionResponse,
  type ToolCallUpdate,
} from '@agentclientprotocol/sdk'

const OPTIONS = (['allow_always', 'allow_once', 'reject_once', 'reject_always'] as const).map((kind) => ({
  kind,
  optionId: kind,
  name: kind,
}))

type Step = readonly [what: string, ...words: unknown[]]
type Act = (
  world: { readonly client: AgentContext; readonly sessionId: string; readonly cwd: string },
  ...words: never[]
) => unknown

const places = new Map<string, string>()
const cancelled = Promise.withResolvers<void>()

const ACTS: Readonly<Record<string, Act>> = {
  read: async ({ client, sessionId, cwd }, path: string, more: object = {}) =>
    (await client.request(methods.client.fs.readTextFile, { sessionId, path: at(cwd, path), ...more })).content,
  write: async ({ client, sessionId, cwd }, path: string, content: string) =>
    client.request(methods.client.fs.writeTextFile, { sessionId, path: at(cwd, path), content }),
  ask: async (
    { client, sessionId, cwd },
    toolCall: ToolCallUpdate,
    kinds: readonly string[] = OPTIONS.map(({ kind }) => kind),
  ) => {
    const locations = toolCall.locations?.map(({ path }) => ({ path: at(cwd, path) }))
    const { outcome }: RequestPermissionResponse = await client.request(methods.client.session.requestPermission, {
      sessionId,
      toolCall: { ...toolCall, toolCallId: 'call', ...(locations === undefined ? {} : { locations }) },
      options: OPTIONS.filter(({ kind }) => kinds.includes(kind)),
    })
    return outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome
  },
  run: async ({ client, sessionId }, command: string, args: string[], more: object = {}) => {
    await using terminal = await client.createTerminal({ sessionId, command, args, ...more })
    const { exitCode } = await terminal.waitForExit()
    const { output } = await terminal.currentOutput()
    return { exitCode, output }
  },
  say: async ({ client, sessionId }, text: string) => {
    const update = { sessionUpdate: 'agent_message_chunk' as const, content: { type: 'text' as const, text } }
    await client.notify(methods.client.session.update, { sessionId, update })
    return 'said'
  },
  chatter: async ({ client, sessionId }, count: number) => {
    for (let index = 0; index < count; index += 1) {
      const update = { sessionUpdate: 'tool_call' as const, toolCallId: `${index}`, title: `step ${index}` }
      // oxlint-disable-next-line no-await-in-loop
      await client.notify(methods.client.session.update, { sessionId, update })
    }
  },
  besiege: async ({ client, sessionId, cwd }, count: number) => {
    const all = Array.from({ length: count }, () =>
      client.request(methods.client.fs.readTextFile, { sessionId, path: at(cwd, 'secret/key') }),
    )
    return (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected').length
  },
  surroundings: ({ cwd }) => ({ env: process.env, cwd: process.cwd(), sessionCwd: cwd }),
  directRead: (_, path: string) => readFileSync(path, 'utf8'),
  directWrite: (_, path: string) => writeFileSync(path, 'by myself'),
  connect: async (_, port: number) => {
    await once(connect(port, '127.0.0.1').resume(), 'connect')
    return 'connected'
  },
  helper: async (_, port: number) => {
    const script = `require('net').connect(${port}, '127.0.0.1').resume(); setInterval(() => {}, 1000)`
    spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
  },
  stubborn: () => {
    process.on('SIGTERM', () => {})
    setInterval(() => {}, 1000)
  },
  hang: () => new Promise(() => {}),
  untilCancelled: async (_, path: string) => {
    await cancelled.promise
    writeFileSync(path, 'cancelled')
  },
  crash: () => {
    process.stderr.write('my \u001b[31mlast words\n')
    process.exit(3)
  },
  flood: () => {
    const chunk = 'x'.repeat(1024 * 1024)
    const write = (): void => {
      while (process.stdout.write(chunk));
      process.stdout.once('drain', write)
    }
    write()
    return new Promise(() => {})
  },
  garbage: () => process.stdout.write('no message\n{"jsonrpc":"2.0"}\n\u0000\n'),
}

const [mode = ''] = process.argv.slice(2)
const app = agent({ name: 'fixture' })
  .onRequest(methods.agent.initialize, () =>
    mode === 'silent'
      ? new Promise<never>(() => {})
      : {
          protocolVersion: mode === 'future' ? PROTOCOL_VERSION + 1 : PROTOCOL_VERSION,
          agentCapabilities: { sessionCapabilities: { additionalDirectories: {} } },
        },
  )
  .onRequest(methods.agent.session.new, ({ params }) => {
    const sessionId = `session-${places.size}`
    places.set(sessionId, params.cwd)
    return { sessionId }
  })
  .onNotification(methods.agent.session.cancel, () => cancelled.resolve())
  .onRequest(methods.agent.session.prompt, async ({ params: { sessionId, prompt }, client }) => {
    const [part] = prompt
    const steps = stepsOf(part?.type === 'text' ? part.text : '')
    const world = { client, sessionId, cwd: places.get(sessionId) ?? '' }
    const came: unknown[] = []
    for (const [what, ...words] of steps) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        came.push((await ACTS[what]?.(world, ...(words as never[]))) ?? null)
      } catch (error) {
        came.push({ error: (error as Error).message })
      }
    }
    await ACTS['say']?.(world, JSON.stringify(came) as never)
    return { stopReason: 'end_turn' }
  })
app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>))

function at(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`
}

/** A prompt for a real agent is answered from the one file that says what a project is. */
function stepsOf(prompt: string): readonly Step[] {
  return prompt.startsWith('[') ? (JSON.parse(prompt) as readonly Step[]) : [['read', 'README.md']]
}
