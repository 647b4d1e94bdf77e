/**
 * What the agent asks for, answered by the tools that the worker holds.
 *
 * Rules: an answer is what a call of a tool answered, so the gateway has judged it. A permission is given only
 * where the grant covers what it is asked for, once, and what is then done is judged again when it is asked for.
 * What is refused is told to the agent, kept for the result, and where a rule denies it, recorded by the gateway.
 */
import {
  RequestError,
  type CreateTerminalRequest,
  type ReadTextFileRequest,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type ToolCallUpdate,
  type WriteTextFileRequest,
} from '@agentclientprotocol/sdk'
import { BosunError, command, pathGlob, type files, type PathGlob } from '@bosun/sdk'
import { z } from 'zod'
import { pathOf, type AgentPlace } from './agent-paths.ts'

type Call<T extends { readonly callType?: unknown }> = NonNullable<T['callType']>

/** A command that may be run: the rule, and the tool of the worker that holds it. */
export interface GrantedCommand {
  readonly words: string
  readonly run: Call<typeof command.run>
}

/** The tools of the worker, and how far they reach. */
export interface AgentGrant {
  readonly read: Call<typeof files.read>
  readonly write: Call<typeof files.write> | undefined
  readonly writable: string | undefined
  readonly commands: readonly GrantedCommand[]
}

/** Something that the agent asked for and did not get. */
export interface Refusal {
  readonly asked: string
  readonly why: string
}

/** Refusals that are kept one by one. */
const REFUSALS_MAX = 100
/** Requests that wait for their turn before no more are taken in. */
const WAITING_MAX = 32
/** Commands that run at the same time. */
const TERMINALS_MAX = 8
/** Characters of what a refusal quotes. */
const QUOTED_LENGTH_MAX = 500
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu

/** Where agents write the path of a file that they want to touch. */
const RawPathsSchema = z.looseObject({
  path: z.string().optional(),
  file_path: z.string().optional(),
  abs_path: z.string().optional(),
})
/** And a command, as words; one text with spaces is the word of a shell, and no rule covers it. */
const RawCommandSchema = z.looseObject({
  command: z.union([z.string(), z.array(z.string()).min(1)]),
  args: z.array(z.string()).optional(),
})

interface Terminal {
  readonly end: ReturnType<GrantedCommand['run']>
  state: { readonly value: Awaited<ReturnType<GrantedCommand['run']>> | undefined; readonly hasEnded: boolean }
}

export class AgentRequests {
  readonly refusals: Refusal[] = []
  readonly filesChanged = new Set<string>()
  readonly #grant: AgentGrant
  readonly #place: AgentPlace
  readonly #writable: PathGlob | undefined
  readonly #terminals = new Map<string, Terminal>()
  #terminalsCount = 0
  #waitingCount = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(grant: AgentGrant, place: AgentPlace) {
    this.#grant = grant
    this.#place = place
    this.#writable = grant.writable === undefined ? undefined : pathGlob(grant.writable)
  }

  /** Resolves when there is room for more requests. */
  async room(): Promise<void> {
    while (this.#waitingCount >= WAITING_MAX) {
      // oxlint-disable-next-line no-await-in-loop
      await this.#turn
    }
  }

  read({ path, line, limit }: ReadTextFileRequest): Promise<{ content: string }> {
    return this.#inTurn(`read ${path}`, async () => {
      const { text } = await this.#grant.read({ path: this.#path(path) })
      if (typeof line !== 'number' && typeof limit !== 'number') return { content: text }
      const from = Math.max(0, (line ?? 1) - 1)
      return {
        content: text
          .split('\n')
          .slice(from, typeof limit === 'number' ? from + limit : undefined)
          .join('\n'),
      }
    })
  }

  write({ path, content }: WriteTextFileRequest): Promise<Record<string, never>> {
    return this.#inTurn(`write ${path}`, async () => {
      const { write } = this.#grant
      if (write === undefined) throw refused('the worker holds no tool that writes')
      await write({ path: this.#path(path), text: content })
      this.filesChanged.add(this.#path(path))
      return {}
    })
  }

  createTerminal({ command: name, args = [], env = [], cwd, outputByteLimit }: CreateTerminalRequest) {
    return this.#inTurn(`run ${[name, ...args].join(' ')}`, async () => {
      if (env.length > 0) throw refused('commands take no variables')
      const running = [...this.#terminals.values()].filter(({ state }) => !state.hasEnded)
      if (running.length >= TERMINALS_MAX) throw refused(`more than ${TERMINALS_MAX} commands at the same time`)
      const folder = cwd === undefined || cwd === null ? '.' : this.#path(cwd)
      const outputBytesMax = Math.min(Math.max(outputByteLimit ?? 64 * 1024, 64), 4 * 1024 * 1024)
      const input = { command: name, args, outputBytesMax, ...(folder === '.' ? {} : { cwd: folder }) }
      const { run, isCovered } = this.#commandFor(name, args)
      const end = run(input)
      // What no rule covers is denied, and the agent hears it at once; else it hears how the command ends.
      if (!isCovered) await end
      const terminalId = `terminal-${(this.#terminalsCount += 1)}`
      const terminal: Terminal = { end, state: { value: undefined, hasEnded: false } }
      this.#terminals.set(terminalId, terminal)
      end.then(
        (value) => (terminal.state = { value, hasEnded: true }),
        () => (terminal.state = { value: undefined, hasEnded: true }),
      )
      return { terminalId }
    })
  }

  terminalOutput({ terminalId }: { readonly terminalId: string }) {
    const { value } = this.#terminal(terminalId).state
    if (value === undefined) return { output: '', truncated: false }
    const { exitCode, signal } = value
    return {
      output: value.stdout + value.stderr,
      truncated: value.stdoutTruncated || value.stderrTruncated,
      exitStatus: { exitCode, signal },
    }
  }

  async waitForTerminal({ terminalId }: { readonly terminalId: string }) {
    try {
      const { exitCode, signal } = await this.#terminal(terminalId).end
      return { exitCode, signal }
    } catch (error) {
      throw this.#told(`run ${terminalId}`, error)
    }
  }

  releaseTerminal({ terminalId }: { readonly terminalId: string }): Record<string, never> {
    this.#terminals.delete(terminalId)
    return {}
  }

  permission({ toolCall, options }: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    return this.#inTurn(`permission for ${toolCall.title ?? toolCall.kind ?? 'something'}`, async (asked) => {
      const refusal = await this.#refusalOf(toolCall).catch((error: unknown) => messageOf(error))
      const allows = options.find(({ kind }) => kind === 'allow_once')
      if (refusal === undefined && allows !== undefined) return selected(allows.optionId)
      this.#refuse(asked, refusal ?? 'it can be allowed for good only')
      const rejects =
        options.find(({ kind }) => kind === 'reject_once') ?? options.find(({ kind }) => kind === 'reject_always')
      return rejects === undefined ? { outcome: { outcome: 'cancelled' } } : selected(rejects.optionId)
    })
  }

  // Private

  /** Why it is not permitted; what a tool throws says so as well. */
  async #refusalOf(toolCall: ToolCallUpdate): Promise<string | undefined> {
    switch (toolCall.kind) {
      case 'think':
        return undefined
      case 'read':
      case 'search':
        return this.#refusalOfPaths(toolCall, (path) => this.#refusalToRead(path))
      case 'edit':
        return this.#refusalOfPaths(toolCall, (path) => this.#refusalToWrite(path))
      case 'execute':
        return this.#refusalOfCommand(toolCall.rawInput)
      default:
        return `no tool of the worker does this (${toolCall.kind ?? 'other'})`
    }
  }

  async #refusalOfPaths(
    toolCall: ToolCallUpdate,
    judge: (path: string) => string | undefined | Promise<string | undefined>,
  ): Promise<string | undefined> {
    const paths = pathsOf(toolCall).map((path) => this.#path(path))
    if (paths.length === 0) return 'it names no file'
    for (const path of paths) {
      // oxlint-disable-next-line no-await-in-loop
      const refusal = await judge(path)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  /** A read changes nothing, so the gateway itself is asked. */
  async #refusalToRead(path: string): Promise<string | undefined> {
    try {
      // The very call that will follow: where a person has to permit it, that person is asked once.
      await this.#grant.read({ path })
      return undefined
    } catch (error) {
      // That there is no such file, or a large one, is no reason: the agent is told when it reads.
      const isOfFile = BosunError.is(error, 'FILE_NOT_FOUND') || BosunError.is(error, 'FILE_TOO_LARGE')
      return isOfFile ? undefined : messageOf(error)
    }
  }

  /** Nothing is written for a permission: the rule of the worker is read here, and the gateway judges the write. */
  #refusalToWrite(path: string): string | undefined {
    if (this.#writable === undefined) return 'the worker holds no tool that writes'
    return this.#writable.matches(path) ? undefined : `files.write(${this.#grant.writable}) does not cover ${path}`
  }

  #refusalOfCommand(rawInput: unknown): string | undefined {
    const raw = RawCommandSchema.safeParse(rawInput)
    if (!raw.success) return 'it names no command'
    const [name = '', ...args] = [raw.data.command, raw.data.args ?? []].flat()
    if (this.#commandFor(name, args).isCovered) return undefined
    return `no rule covers it: ${this.#grant.commands.map(({ words }) => `command.run(${words})`).join(', ')}`
  }

  /** The first rule that covers a command, or any: then the gateway denies a call, and records that. */
  #commandFor(name: string, args: readonly string[]): GrantedCommand & { readonly isCovered: boolean } {
    const { commands } = this.#grant
    const [first] = commands
    if (first === undefined) throw refused('the worker holds no tool that runs commands')
    const { covers } = command.run.declaration
    const subjects = covers?.subjects({ command: name, args: [...args] }) ?? []
    const found = commands.find(({ words }) => subjects.every((subject) => covers?.compile(words)(subject) === true))
    return { ...(found ?? first), isCovered: found !== undefined }
  }

  /** One after the other, so that no flood of requests becomes one of calls. */
  #inTurn<T>(asked: string, answer: (asked: string) => Promise<T>): Promise<T> {
    const quoted = shown(asked)
    this.#waitingCount += 1
    const turn = this.#turn.then(async () => {
      try {
        return await answer(quoted)
      } catch (error) {
        throw this.#told(quoted, error)
      } finally {
        this.#waitingCount -= 1
      }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** An error as the agent is told it; what is more than a file that is not there is kept as a refusal. */
  #told(asked: string, error: unknown): RequestError {
    if (BosunError.is(error, 'FILE_NOT_FOUND')) return new RequestError(-32_002, messageOf(error))
    this.#refuse(asked, messageOf(error))
    return new RequestError(-32_000, messageOf(error))
  }

  #refuse(asked: string, why: string): void {
    if (this.refusals.length < REFUSALS_MAX) this.refusals.push({ asked, why: shown(why) })
  }

  #terminal(id: string): Terminal {
    const terminal = this.#terminals.get(id)
    if (terminal === undefined) throw new RequestError(-32_002, 'there is no such terminal')
    return terminal
  }

  #path(path: string): string {
    return pathOf(path, this.#place)
  }
}

function pathsOf({ locations, rawInput, content }: ToolCallUpdate): readonly string[] {
  const raw = RawPathsSchema.safeParse(rawInput)
  const named = raw.success ? [raw.data.path, raw.data.file_path, raw.data.abs_path] : []
  const changed = (content ?? []).flatMap((part) => (part.type === 'diff' ? [part.path] : []))
  const located = (locations ?? []).map(({ path }) => path)
  return [...new Set([...located, ...changed, ...named.filter((path) => path !== undefined)])]
}

function selected(optionId: string): RequestPermissionResponse {
  return { outcome: { outcome: 'selected', optionId } }
}

function refused(received: string): BosunError {
  return new BosunError('TOOL_DENIED', { at: 'worker-acp', received })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function shown(text: string): string {
  const plain = text.slice(0, QUOTED_LENGTH_MAX).replaceAll(UNSHOWABLE, '?')
  return text.length > QUOTED_LENGTH_MAX ? `${plain}…` : plain
}
