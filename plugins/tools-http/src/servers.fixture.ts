import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BosunError, http, type AnyToolHandler, type ToolIo } from '@bosun/sdk'
import { HttpOptionsSchema } from './http-options.ts'
import { httpTool, type HttpSurroundings } from './http-tool.ts'

/** What `http.fetch` answers. */
export interface HttpOutput {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly encoding: string
  readonly bytes: number
  readonly truncated: boolean
  readonly redirects: number
}

/** A server on this machine that notes what it is asked. */
export class LocalServer {
  readonly #server: Server
  /** Method, path and `Host` of each request. */
  readonly requests: string[] = []
  connections = 0

  private constructor(listener: RequestListener) {
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url} ${request.headers.host}`)
      listener(request, response)
    })
    this.#server.on('connection', () => (this.connections += 1))
  }

  static async start(listener: RequestListener, at: { host?: string; port?: number } = {}): Promise<LocalServer> {
    const one = new LocalServer(listener)
    await new Promise<void>((resolve, reject) => {
      one.#server.once('error', reject)
      one.#server.listen(at.port ?? 0, at.host ?? '127.0.0.1', resolve)
    })
    return one
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  [Symbol.dispose](): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Counts the connections that this process tries to make, to whomever. */
export class ConnectionCount {
  count = 0
  readonly #count = (): void => void (this.count += 1)

  constructor() {
    subscribe('net.client.socket', this.#count)
  }

  [Symbol.dispose](): void {
    unsubscribe('net.client.socket', this.#count)
  }
}

export function tool(allowPrivate: readonly string[], surroundings?: HttpSurroundings): AnyToolHandler {
  return httpTool(HttpOptionsSchema.parse({ allowPrivate }), surroundings)
}

/** A call as the gateway makes it under one rule: both ends pass the schemas, every hop the rule. */
export async function fetchBy(
  handler: AnyToolHandler,
  input: object,
  more: { readonly rule?: string; readonly signal?: AbortSignal } = {},
): Promise<HttpOutput> {
  const { declaration } = http.fetch
  const permit = (one: unknown): void => {
    const subjects = declaration.covers?.subjects(declaration.input.parse(one)) ?? []
    const isCovered = more.rule === undefined || subjects.every(declaration.covers?.compile(more.rule) ?? (() => false))
    if (!isCovered) throw new BosunError('TOOL_DENIED', { received: subjects.join(', ') })
  }
  const io: ToolIo = {
    workspace: '/nowhere',
    staging: '/nowhere',
    mounts: {},
    signal: more.signal ?? new AbortController().signal,
    attempt: 'r/a@1',
    idempotencyKey: 'r/a',
    covers: () => false,
    permit,
  }
  const parsed = declaration.input.parse(input)
  permit(parsed)
  return declaration.output.parse(await handler.handle(parsed, io))
}
