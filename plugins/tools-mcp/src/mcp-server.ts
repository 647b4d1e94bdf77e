/**
 * One server of the config, and the connection to it.
 *
 * Theory of operation. At load the server is started, asked for its tools, and ended: if the list is not the one
 * that was approved, nothing runs. The first call connects again, and so does the first after the server died or
 * was idle for long; each time the list is judged before any call goes out, and again whenever the server says
 * that it changed. Once it was another one, the server is not called any more in this process, whatever it
 * offers later: a person has to look. A server that keeps failing is started again ever more slowly.
 */
import { BosunError, type Json, type McpOutput } from '@bosun/sdk'
import { Client, SdkError, SdkErrorCode, type Tool, type Transport } from '@modelcontextprotocol/client'
import { callOutput, shown } from './call-output.ts'
import type { ServerOptions } from './mcp-options.ts'
import { schemaCheck } from './schema-check.ts'
import { changedList, isPinned, toolList, type ToolList } from './tool-list.ts'

const BACKOFF_MS = 100
const BACKOFF_MS_MAX = 10_000
/** A connection that nobody used for so long is ended. */
const IDLE_MS = 5 * 60_000

export class McpServer {
  readonly name: string
  readonly #options: ServerOptions
  readonly #open: () => Transport
  #approved: ToolList | undefined
  /** Why it is not called any more. */
  #refusal: BosunError | undefined
  #connection: Promise<Client> | undefined
  /** The judgement of a list that is said to have changed; calls wait for it. */
  #judgement: Promise<void> | undefined
  #isListStale = false
  /** Since the last call that was answered. */
  #failuresCount = 0
  #callsCount = 0
  #idle: NodeJS.Timeout | undefined

  /** @param open makes the transport of one connection */
  constructor(name: string, options: ServerOptions, open: () => Transport) {
    this.name = name
    this.#options = options
    this.#open = open
  }

  /**
   * Asks for its tools, once, and judges them.
   *
   * @throws MCP_CHANGED, MCP_FAILED, CONFIG_INVALID
   */
  async approve(): Promise<readonly Tool[]> {
    const client = await this.#connect()
    await client.close()
    return this.#approved?.tools ?? []
  }

  /** @throws MCP_CHANGED, MCP_FAILED, TOOL_FAILED, and the reason of `signal` */
  async call(tool: Tool, input: Readonly<Record<string, Json>>, signal: AbortSignal): Promise<McpOutput> {
    this.#callsCount += 1
    clearTimeout(this.#idle)
    try {
      const client = await this.#ready(signal)
      const result = await this.#ask(client, tool, input, signal)
      this.#failuresCount = 0
      return callOutput(this.#at(tool.name), result, this.#options.outputBytesMax)
    } finally {
      this.#callsCount -= 1
      if (this.#callsCount === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
    }
  }

  /** Ends the connection; a later call makes another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const connection = this.#connection
    this.#connection = undefined
    await connection?.then(
      (client) => client.close(),
      () => {},
    )
  }

  // Private

  async #ready(signal: AbortSignal): Promise<Client> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#refusal !== undefined) throw this.#refusal
      const judgement = this.#judgement
      this.#connection ??= this.#reconnect()
      // Others may wait for the same connection, so an abort ends the wait and not the attempt to connect.
      // oxlint-disable-next-line no-await-in-loop
      const client = await unlessAborted(this.#connection, signal)
      // oxlint-disable-next-line no-await-in-loop
      if (judgement !== undefined) await unlessAborted(judgement, signal)
      if (this.#judgement === undefined && this.#refusal === undefined) return client
    }
  }

  async #reconnect(): Promise<Client> {
    if (this.#failuresCount > 0) {
      const ms = Math.min(BACKOFF_MS * 2 ** (this.#failuresCount - 1), BACKOFF_MS_MAX)
      await new Promise((resolve) => setTimeout(resolve, ms))
    }
    this.#failuresCount += 1
    try {
      return await this.#connect()
    } catch (error) {
      this.#connection = undefined
      throw error
    }
  }

  async #connect(): Promise<Client> {
    const transport = this.#open()
    const client = new Client(
      { name: 'bosun', version: '1' },
      {
        capabilities: {},
        jsonSchemaValidator: schemaCheck,
        listChanged: {
          tools: { autoRefresh: false, debounceMs: 0, onChanged: () => this.#judgeAgain(client) },
        },
      },
    )
    // The library has these two as members and nothing else. Errors besides that of a call (a line that is no
    // message, a stream that is opened again) have nobody to be told to.
    Object.assign(client, { onclose: () => this.#drop(client), onerror: () => {} })
    try {
      const timeout = this.#options.connectTimeoutMs
      await client.connect(transport, { timeout, maxTotalTimeout: timeout })
      await this.#judge(client)
      return client
    } catch (error) {
      await client.close().catch(() => {})
      throw this.#failed(this.#at(), error, transport)
    }
  }

  /** @throws MCP_CHANGED, after which nothing is called any more */
  async #judge(client: Client): Promise<void> {
    const timeout = this.#options.connectTimeoutMs
    const { tools } = await client.listTools(undefined, { cacheMode: 'bypass', timeout, maxTotalTimeout: timeout })
    const list = toolList(tools)
    if (!isPinned(list, this.#options.pin)) {
      this.#refusal ??= changedList(this.name, list, this.#options.pin, this.#approved)
      throw this.#refusal
    }
    this.#approved ??= list
  }

  #judgeAgain(client: Client): void {
    this.#isListStale = true
    this.#judgement ??= this.#judgeUntilFresh(client).finally(() => (this.#judgement = undefined))
  }

  async #judgeUntilFresh(client: Client): Promise<void> {
    try {
      while (this.#isListStale && this.#refusal === undefined) {
        this.#isListStale = false
        // oxlint-disable-next-line no-await-in-loop
        await this.#judge(client)
      }
    } catch {
      // It is refused by now, or it did not answer: then the next connection judges.
      await client.close().catch(() => {})
    }
  }

  async #ask(client: Client, tool: Tool, input: Readonly<Record<string, Json>>, signal: AbortSignal) {
    const timeout = this.#options.callTimeoutMs
    try {
      return await client.callTool(
        { name: tool.name, arguments: { ...input } },
        { signal, timeout, maxTotalTimeout: timeout, toolDefinition: tool },
      )
    } catch (error) {
      signal.throwIfAborted()
      const isTimeout = SdkError.isInstance(error) && error.code === SdkErrorCode.RequestTimeout
      // Whatever else it was (a session that is gone, a pipe that broke): a new connection may do better.
      if (!isTimeout) this.#drop(client)
      throw this.#failed(this.#at(tool.name), error)
    }
  }

  /** Forgets a connection that is of no use any more. */
  #drop(client: Client): void {
    const connection = this.#connection
    void connection?.then(
      (current) => {
        if (current !== client || this.#connection !== connection) return undefined
        this.#connection = undefined
        return client.close()
      },
      () => {},
    )
  }

  #failed(at: string, error: unknown, transport?: Transport): BosunError {
    if (BosunError.is(error)) return error
    const words = transport !== undefined && 'lastWords' in transport ? String(transport.lastWords) : ''
    const message = error instanceof Error ? error.message : String(error)
    return new BosunError('MCP_FAILED', {
      at,
      received: shown([message, words.trim()].filter(Boolean).join(': ')),
      cause: error,
    })
  }

  #at(tool?: string): string {
    return `mcp.${this.name}${tool === undefined ? '' : `: ${tool}`}`
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
