import {
  BosunError,
  errorRecord,
  type Assignment,
  type AttemptKey,
  type CarryOut,
  type ErrorCode,
  type ErrorRecord,
  type Grant,
  type HeartbeatMonitor,
  type Json,
  type ResultQueue,
  type TaskQueue,
  type ToolGateway,
  type ToolUses,
  type Usage,
  type WorkerEntry,
} from '@bosun/core'
import type { AskModel } from '@bosun/sdk'
import type { AttemptSinks, Executor } from '../hosts/executor.ts'
import type { ModelGateway } from '../models/model-gateway.ts'
import { redactedAsk } from '../secrets/redacted-ask.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { believedError } from './believed-error.ts'
import type { Staging } from './staging.ts'

/** Time between the polite stop of an attempt and its end by force. */
export const KILL_AFTER_MS = 2_000
const BEAT_MS = 1_000
const NO_OUTPUTS: readonly string[] = []
const NO_USAGE: Usage = Object.freeze({ tokens: 0, costMicros: 0 })

/** A worker that attempts can be run with, and where its code runs. */
export interface RegisteredWorker {
  readonly entry: WorkerEntry
  /** Its tools by the names it calls them. */
  readonly tools: ToolUses
  readonly executor: Executor
}

/** What an attempt reaches, and whom it tells. */
export interface LiveAttemptParts {
  readonly queue: TaskQueue
  readonly results: ResultQueue
  readonly beats: HeartbeatMonitor
  readonly gateway: ToolGateway
  readonly models: ModelGateway
  readonly staging: Staging
  /** Takes secrets out of what tools and models answer, and out of what models are asked. @defaultValue none */
  readonly redactor?: Redactor
  /** Time between the polite stop of an attempt and its end by force. @defaultValue 2,000 */
  readonly killAfterMs?: number
  /** How often an attempt beats whose files are being collected. @defaultValue 1,000 */
  readonly beatMs?: number
}

/** What attempts share. */
export interface AttemptHome {
  readonly options: LiveAttemptParts
  grantOf(attempt: LiveAttempt): Grant
  onEnd(attempt: LiveAttempt): void
}

/** One live attempt, and the sinks that its executor tells. */
export class LiveAttempt implements AttemptSinks {
  readonly key: AttemptKey
  readonly assignment: Assignment
  readonly worker: RegisteredWorker
  /** Belongs to the table of attempts. */
  next: LiveAttempt | undefined = undefined
  readonly #home: AttemptHome
  readonly #options: LiveAttemptParts
  #grant: 'none' | 'open' | 'shut' = 'none'
  // Made when they are needed: most attempts end without either.
  #waiting: (() => void)[] | undefined
  #calls: Set<Promise<Json>> | undefined
  /** Codes that its calls were refused with. */
  #refusals: Set<ErrorCode> | undefined
  #models: 'none' | 'open' | 'shut' = 'none'
  #used = NO_USAGE
  #hasEnded = false

  constructor(key: AttemptKey, assignment: Assignment, worker: RegisteredWorker, home: AttemptHome) {
    this.key = key
    this.assignment = assignment
    this.worker = worker
    this.#home = home
    this.#options = home.options
  }

  /** Opens its grant; again, or after it was shut, has no effect. */
  open(): void {
    if (this.#grant !== 'none') return
    this.#options.gateway.open(this.#home.grantOf(this))
    this.#grant = 'open'
  }

  /** Shuts its tools and its model for good. */
  shut(): void {
    if (this.#grant === 'open') this.#options.gateway.close(this.key)
    this.#grant = 'shut'
    if (this.#models === 'open') this.#used = this.#options.models.close(this.key)
    this.#models = 'shut'
  }

  ended(): Promise<void> {
    return new Promise((resolve) => (this.#waiting ??= []).push(resolve))
  }

  started(host: string): void {
    if (this.#hasEnded) return
    const { run, task, epoch } = this.key
    this.#options.results.publish({ run, task, epoch, type: 'started', host })
  }

  result(result: Json): void {
    if (!this.#close()) return
    if (!this.#mayHaveFiles()) {
      const { run, task, epoch } = this.key
      const report = { run, task, epoch, type: 'result', result, outputs: NO_OUTPUTS } as const
      this.#options.results.publish(this.#withUsage(report))
      this.#end()
      return
    }
    void this.#collect(result)
  }

  error(error: ErrorRecord): void {
    if (!this.#close()) return
    const believed = believedError(error, this.key.task, this.#refusals)
    this.#options.results.publish(this.#withUsage({ ...this.key, type: 'error', error: believed }))
    this.#end()
  }

  lost(error: ErrorRecord): void {
    if (!this.#close()) return
    this.#options.results.publish(this.#withUsage({ ...this.key, type: 'lost', error }))
    this.#end()
  }

  abandoned(): void {
    if (this.#close()) this.#end()
  }

  discovered(item: Json): void {
    if (!this.#hasEnded) this.#options.results.publish({ ...this.key, type: 'discovered', item })
  }

  emitted(value: Json): void {
    if (!this.#hasEnded) this.#options.results.publish({ ...this.key, type: 'emitted', value })
  }

  violation(error: ErrorRecord): void {
    if (!this.#hasEnded) this.#options.results.publish({ ...this.key, type: 'violation', error })
  }

  beat(): void {
    if (!this.#hasEnded) this.#options.beats.beat({ ...this.key, type: 'beat' })
  }

  progress(note: string, count: { readonly done: number; readonly total: number } | undefined): void {
    if (!this.#hasEnded) this.#options.beats.beat({ ...this.key, type: 'progress', note, ...count })
  }

  call(name: string, input: Json, signal: AbortSignal, carryOut?: CarryOut): Promise<Json> {
    this.open()
    const answer = this.#callTool(name, input, signal, carryOut)
    const calls = (this.#calls ??= new Set())
    calls.add(answer)
    const forget = () => calls.delete(answer)
    answer.then(forget, forget)
    return answer
  }

  readonly ask: AskModel = async (options, signal, onPart) => {
    const { models, redactor } = this.#options
    if (this.#models === 'none') {
      models.open({ attempt: this.key, model: this.worker.entry.model, slice: this.assignment.slice })
      this.#models = 'open'
    }
    const ask = redactedAsk((...question) => models.call(this.key, ...question), redactor)
    try {
      return await ask(options, signal, onPart)
    } catch (error) {
      if (BosunError.is(error)) this.#noteRefusal(error.code)
      throw error
    }
  }

  async #callTool(name: string, input: Json, signal: AbortSignal, carryOut: CarryOut | undefined): Promise<Json> {
    const { gateway, redactor, staging } = this.#options
    try {
      // Its files are a checkout before any of its tools looks at them.
      if (this.#grant === 'open' && usesGit(this.worker)) await staging.makeWorktree(this.key)
      const output = await gateway.call(this.key, name, input, signal, carryOut)
      return redactor === undefined ? output : redactor.json(output)
    } catch (error) {
      // Other codes are what a tool says, and the code of a tool may be the plugin's own.
      if (BosunError.is(error, 'TOOL_DENIED')) this.#noteRefusal(error.code)
      throw redactor === undefined ? error : redactor.error(error)
    }
  }

  /** A worker may fail with what it was refused with. */
  #noteRefusal(code: ErrorCode): void {
    this.#refusals ??= new Set()
    this.#refusals.add(code)
  }

  /** With what the attempt has used of its slice; without a slice it can have used nothing. */
  #withUsage<R extends object>(report: R): R & { readonly usage?: Usage } {
    return this.assignment.slice === undefined ? report : { ...report, usage: this.#used }
  }

  /** A write that the worker did not wait for is still one of its files: calls under way come to their end first. */
  async #collect(result: Json): Promise<void> {
    // The code has ended, so nobody else beats; large files take their time to be made durable.
    const { beats, beatMs = BEAT_MS } = this.#options
    const beating = setInterval(() => beats.beat({ ...this.key, type: 'beat' }), beatMs)
    try {
      await this.#callsEnd()
      const outputs = await this.#options.staging.collect(this.key, this.assignment.task)
      this.#options.results.publish(this.#withUsage({ ...this.key, type: 'result', result, outputs }))
    } catch (error) {
      const record = errorRecord(BosunError.from(error, 'FILE_FAILED', { at: this.key.task }))
      this.#options.results.publish(this.#withUsage({ ...this.key, type: 'error', error: record }))
    }
    clearInterval(beating)
    this.#end()
  }

  /** A tool that does not listen to its signal is waited for as long as a worker that does not, and no longer. */
  async #callsEnd(): Promise<void> {
    if (this.#calls === undefined || this.#calls.size === 0) return
    const { promise, reject } = Promise.withResolvers<never>()
    const ms = this.#options.killAfterMs ?? KILL_AFTER_MS
    const received = `a tool call that the worker did not wait for and that did not end within ${ms} ms`
    const timer = setTimeout(() => reject(new BosunError('TOOL_FAILED', { at: this.key.task, received })), ms)
    try {
      await Promise.race([Promise.allSettled(this.#calls), promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /** From here on nothing the worker says counts, and its tools are shut. False when that was so before. */
  #close(): boolean {
    if (this.#hasEnded) return false
    this.#hasEnded = true
    this.shut()
    return true
  }

  #end(): void {
    this.#options.queue.settle(this.key)
    this.#home.onEnd(this)
    if (this.#waiting !== undefined) for (const resolve of this.#waiting) resolve()
  }

  /** Whether to look for files at all: a worker without tools that declares no output has none. */
  #mayHaveFiles(): boolean {
    const { outputs } = this.assignment.task
    return (outputs !== undefined && outputs.length > 0) || this.worker.entry.tools.length > 0
  }
}

function usesGit({ tools }: RegisteredWorker): boolean {
  return Object.values(tools).some(({ tool }) => tool.startsWith('git.'))
}
