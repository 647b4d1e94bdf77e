/**
 * A server as a child process.
 *
 * The library brings such a transport; this one differs in what matters here: the environment holds exactly
 * what it is given, the server leads a process group that ends as one, it works in an empty folder of its own
 * (so that nothing in the folder of a project or a workspace is its config), and a server that is idle does not
 * keep this process alive.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forgetGroup, signalGroup, watchGroup } from '@bosun/sdk'
import { ReadBuffer, serializeMessage, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client'
import type { StdioServerOptions } from './mcp-options.ts'

/** Longest message of a server. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024
/** Bytes that a server leaves unread before it is given up. */
const BACKLOG_BYTES_MAX = 16 * 1024 * 1024
const LINE_END = 0x0a
/** Time between one way of ending a server and the next. */
const POLITE_MS = 1_000
/** What is kept of its error output, from its end. */
const WORDS_LENGTH_MAX = 2_000

export class StdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  readonly #options: Pick<StdioServerOptions, 'command' | 'args'>
  readonly #env: Readonly<Record<string, string>>
  readonly #buffer = new ReadBuffer({ maxBufferSize: Number.POSITIVE_INFINITY })
  /** The beginning of a message whose end has not come. */
  #begun: Buffer[] = []
  #begunBytes = 0
  #child: ChildProcessWithoutNullStreams | undefined
  #gone: Promise<unknown> = Promise.resolve()
  #words = ''

  /** @param env all that the server sees of its surroundings, beside HOME and TMPDIR if they are not in it */
  constructor(options: Pick<StdioServerOptions, 'command' | 'args'>, env: Readonly<Record<string, string>>) {
    this.#options = options
    this.#env = env
  }

  /** The end of its error output. */
  get lastWords(): string {
    return this.#words
  }

  async start(): Promise<void> {
    const home = mkdtempSync(join(tmpdir(), 'bosun-mcp-'))
    const child = spawn(this.#options.command, this.#options.args, {
      cwd: home,
      env: { HOME: home, TMPDIR: home, ...this.#env },
      // A group of its own, so that it and whatever it started end as one.
      detached: true,
      stdio: 'pipe',
      windowsHide: true,
    })
    const { pid } = child
    this.#child = child
    this.#gone = new Promise((resolve) => {
      const end = (): void => {
        rmSync(home, { recursive: true, force: true })
        this.onclose?.()
        resolve(undefined)
      }
      child.once('close', end)
      if (pid === undefined) child.once('error', end)
    })
    if (pid !== undefined) this.#watch(child, pid, home)
    this.#listen(child)
    if (pid === undefined) throw (await once(child, 'error'))[0] as Error
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin
    if (stdin === undefined || !stdin.writable) throw new Error('the server has ended')
    if (stdin.writableLength > BACKLOG_BYTES_MAX) {
      await this.close()
      throw new Error('the server does not read what it is told')
    }
    stdin.write(serializeMessage(message))
  }

  async close(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    const { pid } = child
    const isGone = () => child.exitCode !== null || child.signalCode !== null
    child.ref()
    for (const stream of pipesOf(child)) stream.ref()
    child.stdin.end()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      // Its way out is a closed input; the next is tried when it does not take it.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.race([this.#gone, elapsed(POLITE_MS)])
      if (isGone()) break
      signalGroup(pid, signal)
    }
    await this.#gone
  }

  // Private

  #watch(child: ChildProcessWithoutNullStreams, group: number, home: string): void {
    watchGroup(group, () => rmSync(home, { recursive: true, force: true }))
    child.once('exit', () => {
      // What it has left behind would go on without anybody who speaks to it.
      signalGroup(group, 'SIGKILL')
      forgetGroup(group)
      // A process that left the group may hold the pipes open.
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), POLITE_MS).unref()
    })
    child.unref()
    for (const stream of pipesOf(child)) stream.unref()
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-WORDS_LENGTH_MAX)
    })
  }

  #take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_END) + 1
    // Joined once, with its end: whoever sends a long message in small pieces costs no more than its length.
    if (end > 0) {
      this.#buffer.append(Buffer.concat([...this.#begun, chunk.subarray(0, end)]))
      this.#begun = []
      this.#begunBytes = 0
      this.#readMessages()
    }
    this.#begun.push(chunk.subarray(end))
    this.#begunBytes += chunk.length - end
    if (this.#begunBytes <= MESSAGE_BYTES_MAX) return
    this.#begun = []
    this.#child?.stdout.destroy()
    this.onerror?.(new Error(`a message of more than ${MESSAGE_BYTES_MAX} bytes`))
    void this.close()
  }

  #readMessages(): void {
    for (;;) {
      try {
        const message = this.#buffer.readMessage()
        if (message === null) return
        this.onmessage?.(message)
      } catch (error) {
        // A line that is no message; the next may be one.
        this.onerror?.(error as Error)
      }
    }
  }
}

function pipesOf({ stdin, stdout, stderr }: ChildProcessWithoutNullStreams): readonly Socket[] {
  return [stdin, stdout, stderr] as Socket[]
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
