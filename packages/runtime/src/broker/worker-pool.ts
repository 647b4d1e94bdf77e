/**
 * The workers' side of a run: claims assignments, gives each a grant, runs it, reports.
 *
 * Rules. An attempt is live from its claim until its one ending report; after it, whatever still
 * comes is ignored, the grant is closed and the queue holds it no more. A stop closes the grant at
 * once, asks politely, and leaves the ending report to the executor: a result that comes late is
 * reported as any other, and it is the kernel, which knows the epoch, that puts it aside.
 */
import {
  attemptId,
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
import { GrantSource, NO_RULES, type RunRules } from '../tools/grant-source.ts'
import { AttemptTable } from './attempt-table.ts'
import { believedError } from './believed-error.ts'
import type { Staging } from './staging.ts'

/** Assignments that are claimed at once. */
const CLAIM_MAX = 256
const KILL_AFTER_MS = 2_000
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

export interface WorkerPoolOptions {
  readonly queue: TaskQueue
  readonly results: ResultQueue
  readonly beats: HeartbeatMonitor
  readonly gateway: ToolGateway
  readonly models: ModelGateway
  readonly staging: Staging
  /** Takes secrets out of what tools and models answer, and out of what models are asked. @defaultValue none */
  readonly redactor?: Redactor
  /** Workers by name. */
  readonly workers: ReadonlyMap<string, RegisteredWorker>
  /** Rules that narrow the grants of a run; the same object for the same run. @defaultValue none */
  readonly rules?: (run: string) => RunRules
  /** Attempts that are live at the same time. @defaultValue 1,024 */
  readonly attemptsMax?: number
  /** Time between the polite stop of an attempt and its end by force. @defaultValue 2,000 */
  readonly killAfterMs?: number
  /** How often an attempt beats whose files are being collected. @defaultValue 1,000 */
  readonly beatMs?: number
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #grants = new GrantSource()
  readonly #attempts = new AttemptTable<Attempt>()
  readonly #home: AttemptHome
  readonly #attemptsMax: number
  readonly #killAfterMs: number
  #endCancel: (() => void) | undefined
  #loop: Promise<void> | undefined
  /** Set while the loop waits for an attempt to end. */
  #onRoom: (() => void) | undefined
  #isClosed = false

  constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#attemptsMax = options.attemptsMax ?? 1_024
    this.#killAfterMs = options.killAfterMs ?? KILL_AFTER_MS
    this.#home = {
      options,
      grantOf: (attempt) => this.#grantOf(attempt),
      onEnd: (attempt) => {
        this.#attempts.delete(attempt)
        this.#onRoom?.()
      },
    }
  }

  /** Attempts that are live now. */
  get attemptsCount(): number {
    return this.#attempts.size
  }

  /** Begins to claim; again has no effect. */
  start(): void {
    if (this.#loop !== undefined || this.#isClosed) return
    this.#endCancel = this.#options.queue.onCancel((key) => this.stop(key))
    this.#loop = this.#claim()
  }

  /** Stops one attempt: its grant ends now, its code when it hears of it or by force. */
  stop(key: AttemptKey): void {
    const attempt = this.#attempts.get(key)
    if (attempt === undefined) return
    attempt.shut()
    attempt.worker.executor.stop(attempt.assignment, this.#killAfterMs)
  }

  /** Claims nothing more and ends what runs. The queue is closed, the executors are not. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#options.queue.close()
    this.#onRoom?.()
    await this.#loop
    this.#endCancel?.()
    const attempts = this.#attempts.entries()
    const ended = attempts.map((attempt) => attempt.ended())
    for (const attempt of attempts) this.stop(attempt.key)
    await Promise.all(ended)
  }

  // Private

  async #claim(): Promise<void> {
    while (!this.#isClosed) {
      const room = this.#attemptsMax - this.#attempts.size
      if (room <= 0) {
        // One wait per burst of endings, not one per attempt.
        // oxlint-disable-next-line no-await-in-loop
        await new Promise<void>((resolve) => {
          this.#onRoom = resolve
        })
        this.#onRoom = undefined
        continue
      }
      // oxlint-disable-next-line no-await-in-loop
      const assignments = await this.#options.queue.claim(Math.min(room, CLAIM_MAX))
      if (assignments.length === 0) return
      for (const assignment of assignments) this.#begin(assignment)
    }
  }

  #begin(assignment: Assignment): void {
    const key = { run: assignment.run, task: assignment.task.id, epoch: assignment.epoch }
    const worker = this.#options.workers.get(assignment.worker)
    if (worker === undefined) {
      const error = new BosunError('WORKER_UNKNOWN', { at: key.task, received: assignment.worker })
      this.#options.results.publish({ ...key, type: 'error', error: errorRecord(error) })
      this.#options.queue.settle(key)
      return
    }
    const attempt = new Attempt(key, assignment, worker, this.#home)
    this.#attempts.add(attempt)
    try {
      // A worker without tools is not expected at the gateway; if it comes all the same, it is refused by its grant.
      if (worker.entry.tools.length > 0) attempt.open()
      worker.executor.run(assignment, attempt)
    } catch (error) {
      attempt.error(errorRecord(BosunError.from(error, 'INTERNAL', { at: idOf(key) })))
    }
  }

  #grantOf({ key, assignment, worker }: Attempt): Grant {
    const rules = this.#options.rules?.(key.run) ?? NO_RULES
    return this.#grants.grantFor(assignment, worker.tools, rules, this.#options.staging.folder(key))
  }
}

/** What attempts share. */
interface AttemptHome {
  readonly options: WorkerPoolOptions
  grantOf(attempt: Attempt): Grant
  onEnd(attempt: Attempt): void
}

/** One live attempt, and the sinks that its executor tells. */
class Attempt implements AttemptSinks {
  readonly key: AttemptKey
  readonly assignment: Assignment
  readonly worker: RegisteredWorker
  /** Belongs to the table of attempts. */
  next: Attempt | undefined = undefined
  readonly #home: AttemptHome
  readonly #options: WorkerPoolOptions
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

function idOf({ run, task, epoch }: AttemptKey): string {
  return attemptId(run, task, epoch)
}
