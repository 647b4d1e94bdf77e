/**
 * The agent as a child process: lines in, lines out, and an end that takes everything with it that it started.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { BosunError, forgetGroup, signalGroup, watchGroup } from '@bosun/sdk'
import { LINE_BYTES_MAX, LineQueue } from './line-queue.ts'

/** Time between one way of ending an agent and the next. */
const POLITE_MS = 1_000
/** Bytes that an agent may leave unread. */
const BACKLOG_BYTES_MAX = 32 * 1024 * 1024
/** What is kept of its error output, from its end. */
const WORDS_LENGTH_MAX = 2_000
/** Control bytes, the escape among them, and invisible marks; not line ends and tabs. */
const UNSHOWABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu

export interface AgentStart {
  readonly argv: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** A folder of its own, removed when it is gone. */
  readonly home: string
}

export class AgentProcess {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #group: number
  readonly #lines = new LineQueue()
  readonly #gone: Promise<void>
  #words = ''
  #fault: string | undefined
  #how: string | undefined
  #farewell = ''
  #ending: Promise<void> | undefined

  private constructor(child: ChildProcessWithoutNullStreams, group: number, home: string) {
    this.#child = child
    this.#group = group
    this.#gone = this.#watch(home)
    this.#listen()
  }

  /** @throws COMMAND_REFUSED */
  static async start({ argv: [file = '', ...args], cwd, env, home }: AgentStart): Promise<AgentProcess> {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe', windowsHide: true })
    if (child.pid !== undefined) return new AgentProcess(child, child.pid, home)
    const [error] = (await once(child, 'error')) as [Error]
    await rm(home, { recursive: true, force: true })
    throw new BosunError('COMMAND_REFUSED', { at: file, received: error.message, cause: error })
  }

  /** Why it has ended; undefined while it is there. */
  get ended(): string | undefined {
    const how = this.#fault ?? this.#how
    if (this.#how === undefined) return undefined
    return [how, this.#words.replaceAll(UNSHOWABLE, '').trim()].filter(Boolean).join(': ')
  }

  /** @throws TOOL_FAILED when it does not read, or is gone */
  send(text: string): void {
    const { stdin } = this.#child
    if (stdin.writable && stdin.writableLength < BACKLOG_BYTES_MAX) stdin.write(text)
    else if (stdin.writable) this.#give(`it left ${stdin.writableLength} bytes unread`)
  }

  /** What it said; nothing once it is gone. */
  async receive(signal: AbortSignal): Promise<string[]> {
    const lines = await this.#lines.take(signal)
    if (this.#fault === undefined) this.#child.stdout.resume()
    return lines
  }

  /** What it is told when it has to end before it is done. */
  atEnd(text: string): void {
    this.#farewell = text
  }

  /** Ends it: by a word and a closed input, then by signals. Resolves when it is gone. */
  end(): Promise<void> {
    return (this.#ending ??= this.#end())
  }

  // Private

  async #end(): Promise<void> {
    const { stdin } = this.#child
    if (stdin.writable) stdin.end(this.#farewell)
    // It may wait to be read before it reads.
    this.#child.stdout.resume()
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await Promise.race([this.#gone, elapsed(POLITE_MS)])
      if (this.#how !== undefined) return
      signalGroup(this.#group, signal)
    }
    await this.#gone
  }

  #give(fault: string): void {
    this.#fault ??= fault
    this.#child.stdout.destroy()
    signalGroup(this.#group, 'SIGKILL')
  }

  #watch(home: string): Promise<void> {
    const child = this.#child
    const { promise, resolve } = Promise.withResolvers<void>()
    watchGroup(this.#group, () => rmSync(home, { recursive: true, force: true }))
    child.once('exit', () => {
      // What it has left behind would go on without anybody who speaks to it.
      signalGroup(this.#group, 'SIGKILL')
      forgetGroup(this.#group)
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), POLITE_MS).unref()
    })
    child.once('close', (code, signal) => {
      this.#how = signal === null ? `exit code ${code}` : `signal ${signal}`
      this.#lines.end()
      rm(home, { recursive: true, force: true }).then(resolve, resolve)
    })
    return promise
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#child
    stdin.on('error', () => {})
    stdout.on('data', (chunk: Buffer) => {
      if (!this.#lines.push(chunk)) this.#give(`it sent a message of more than ${LINE_BYTES_MAX} bytes`)
      else if (this.#lines.isFull && this.#ending === undefined) stdout.pause()
    })
    stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-WORDS_LENGTH_MAX)
    })
  }
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
