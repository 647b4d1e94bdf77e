import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyToolHandler, McpOutput, ToolIo } from '@bosun/sdk'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { onTestFinished } from 'vitest'
import { McpOptionsSchema } from './mcp-options.ts'
import { McpServer } from './mcp-server.ts'
import { mcpTools } from './mcp-tools.ts'
import { openTransport } from './open-transport.ts'
import { scriptedServer } from './scripted-server.fixture.ts'
import { toolList } from './tool-list.ts'

export type OfferedTool = Readonly<Record<string, unknown>> & { readonly name: string }

/** A tool as a server lists it. */
export function offered(name: string, more: object = {}): OfferedTool {
  return { name, inputSchema: { type: 'object' }, ...more }
}

/** A file with the list of a server, and the processes that were started for it. */
export function listFile(tools: readonly OfferedTool[]) {
  const folder = mkdtempSync(join(tmpdir(), 'bosun-tools-mcp-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [file, log] = [join(folder, 'tools.json'), join(folder, 'log')]
  const write = (list: readonly OfferedTool[]): void => writeFileSync(file, JSON.stringify(list))
  write(tools)
  writeFileSync(log, '')
  const child = join(import.meta.dirname, 'server-child.fixture.ts')
  return {
    folder,
    file,
    write,
    command: { command: process.execPath, args: ['--conditions=@bosun/source', child, file, log] },
    pids: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => Number(line.split(' ')[1])),
  }
}

/** A real server over streamable HTTP, one session after the other. */
export async function httpServer(file: string) {
  const seen: { readonly method: string | undefined; readonly headers: IncomingHttpHeaders }[] = []
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()
  const http = createServer(async (request, response) => {
    seen.push({ method: request.method, headers: request.headers })
    const known = sessions.get(String(request.headers['mcp-session-id']))
    if (known !== undefined) return known.handleRequest(request, response)
    if (request.headers['mcp-session-id'] !== undefined) {
      response.writeHead(404).end()
      return undefined
    }
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    await scriptedServer(file).connect(transport)
    return transport.handleRequest(request, response)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    seen,
    forgetSessions: () => sessions.clear(),
  }
}

/** A port to which processes connect that are to end: a connection that closes is a process that is gone. */
export async function watchedPort() {
  const server = createNetServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    /** Resolves when a process is there, with what resolves when it is gone. */
    async next(): Promise<{ readonly gone: Promise<unknown> }> {
      const [socket] = (await once(server, 'connection')) as [Socket]
      return { gone: once(socket.on('error', () => {}).resume(), 'close') }
    },
  }
}

/** One server as the plugin makes it. */
export async function served(options: object, env: Readonly<Record<string, string>> = {}) {
  const parsed = McpOptionsSchema.parse({ servers: { one: options } }).servers['one']
  if (parsed === undefined) throw new Error('no server')
  const server = new McpServer('one', parsed, () => openTransport('servers.one', parsed, { PATH: '/usr/bin', ...env }))
  onTestFinished(() => server.close())
  const handlers = new Map((await mcpTools(server, parsed)).map((one) => [one.declaration.name, one]))
  return {
    server,
    handlers,
    call: (tool: string, input: object = {}, signal?: AbortSignal) =>
      call(handlers.get(`mcp.one.${tool}`), input, signal),
  }
}

/** A server that is approved as it is, over stdio. */
export async function approved(
  tools: readonly OfferedTool[],
  options: object = {},
  env: Readonly<Record<string, string>> = {},
) {
  const list = listFile(tools)
  const { hash: pin } = toolList(tools as never)
  return { list, pin, ...(await served({ ...list.command, pin, ...options }, env)) }
}

/** The same over HTTP. */
export async function approvedOverHttp(tools: readonly OfferedTool[], options: object = {}) {
  const list = listFile(tools)
  const http = await httpServer(list.file)
  const { hash: pin } = toolList(tools as never)
  return { list, pin, http, ...(await served({ url: http.url, pin, ...options })) }
}

/** A call as the gateway makes it: both ends pass the schemas of the declaration. */
async function call(handler: AnyToolHandler | undefined, input: object, signal?: AbortSignal): Promise<McpOutput> {
  if (handler === undefined) throw new Error('no such tool')
  const { declaration } = handler
  const io: ToolIo = {
    workspace: '/nowhere',
    staging: '/nowhere',
    mounts: {},
    signal: signal ?? new AbortController().signal,
    attempt: 'r/a@1',
    idempotencyKey: 'r/a',
    covers: () => true,
    permit: () => {},
  }
  return declaration.output.parse(await handler.handle(declaration.input.parse(input), io)) as McpOutput
}
