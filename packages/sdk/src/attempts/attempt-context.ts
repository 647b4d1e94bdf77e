import {
  attemptId,
  BosunError,
  type Assignment,
  type GrantedTools,
  type Json,
  type NeededServices,
  type ServiceNeeds,
  type Task,
  type ToolUses,
  type WorkerContext,
  type WorkerModel,
  idempotencyKey,
} from '@bosun/core'
import { AttemptModel, type AskModel } from '../models/attempt-model.ts'
import { copyJson, plainJson } from './plain-json.ts'
import { seededRandom } from './seeded-random.ts'

/** Longest note of a progress report. */
const NOTE_LENGTH_MAX = 1_000
/** Findings and emitted values of one attempt; a worker beyond has lost its way. */
const REPORTS_MAX = 10_000
const NO_SERVICES = Object.freeze({})

/** What a context passes on; the ways out of a worker, all of them. */
export interface AttemptOutlets {
  discovered(item: Json): void
  emitted(value: Json): void
  progress(note: string, count: { readonly done: number; readonly total: number } | undefined): void
  call(name: string, input: Json, signal: AbortSignal): Promise<Json>
  readonly ask: AskModel
}

export interface ContextClock {
  now(): number
  /** Calls `wake` once; returns what takes the call back. */
  wakeIn(ms: number, wake: () => void): () => void
}

/** What a context is given beside its attempt. */
export interface OwnOfContext {
  readonly toolNames: readonly string[]
  readonly clock: ContextClock
  readonly skills: readonly string[]
  /** The model that the worker names. Default: none. */
  readonly model?: string
  /** The services that the worker needs, by its own names. Default: none. */
  readonly needs?: Readonly<Record<string, unknown>>
  /** Where the random numbers of the worker come from. Default: a stream seeded by the attempt. */
  readonly random?: () => number
}

/** A wait that a stop ends. */
interface Sleeper {
  readonly cancel: () => void
  readonly reject: (reason: unknown) => void
}

/**
 * The context of one attempt, the same in this process, in a host and in the simulated world.
 *
 * Members are made when they are first asked for, since most workers use few of them; every one is
 * bound, so that it can be destructured. Task and inputs are copies: a worker that changes them
 * changes nothing that anybody else reads. After `end`, nothing passes any more.
 */
export class AttemptContext implements WorkerContext {
  readonly #assignment: Assignment
  readonly #outlets: AttemptOutlets
  readonly #own: OwnOfContext
  #task: Task | undefined
  #inputs: Readonly<Record<string, Json>> | undefined
  #tools: GrantedTools<ToolUses> | undefined
  #model: WorkerModel | undefined
  #controller: AbortController | undefined
  #stopReason: unknown
  #random: (() => number) | undefined
  /** Waits that go on, in the order in which they began. */
  #sleepers: Set<Sleeper> | undefined
  #reportsCount = 0
  #hasEnded = false

  constructor(assignment: Assignment, outlets: AttemptOutlets, own: OwnOfContext) {
    this.#assignment = assignment
    this.#outlets = outlets
    this.#own = own
  }

  get task(): Task {
    return (this.#task ??= copyJson(this.#assignment.task as unknown as Json) as unknown as Task)
  }

  get inputs(): Readonly<Record<string, Json>> {
    return (this.#inputs ??= copyJson(this.#assignment.inputs))
  }

  get tools(): GrantedTools<ToolUses> {
    return (this.#tools ??= this.#makeTools())
  }

  get model(): WorkerModel {
    return (this.#model ??= new AttemptModel(
      this.#own.model ?? 'none',
      (options, signal, onPart) => this.#ask(options, signal, onPart),
      () => this.signal,
    ))
  }

  get needs(): NeededServices<ServiceNeeds> {
    return (this.#own.needs ?? NO_SERVICES) as NeededServices<ServiceNeeds>
  }

  get skills(): readonly string[] {
    return this.#own.skills
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#stopReason !== undefined) this.#controller.abort(this.#stopReason)
    }
    return this.#controller.signal
  }

  get clock(): WorkerContext['clock'] {
    return { now: () => this.#own.clock.now(), sleep: (ms) => this.#sleep(ms) }
  }

  get random(): () => number {
    return (this.#random ??= this.#own.random ?? seededRandom(this.attempt.id))
  }

  get attempt(): { readonly id: string; readonly epoch: number } {
    const { run, task, epoch } = this.#assignment
    return { id: attemptId(run, task.id, epoch), epoch }
  }

  get idempotencyKey(): string {
    return idempotencyKey(this.#assignment.run, this.#assignment.task.id)
  }

  get progress(): WorkerContext['progress'] {
    return (note, count) => {
      if (this.#hasEnded) return
      const isCount = count !== undefined && Number.isFinite(count.done) && Number.isFinite(count.total)
      const numbers = isCount ? { done: count.done, total: count.total } : undefined
      this.#outlets.progress(String(note).slice(0, NOTE_LENGTH_MAX), numbers)
    }
  }

  get emit(): WorkerContext['emit'] {
    return (value) => {
      if (this.#mayReport('emit')) this.#outlets.emitted(plainJson(value, 'RESULT_INVALID', 'emit()'))
    }
  }

  get discover(): WorkerContext['discover'] {
    return (item) => {
      if (this.#mayReport('discover')) this.#outlets.discovered(plainJson(item, 'RESULT_INVALID', 'discover()'))
    }
  }

  // For the executor. Static, so that no member of a context that a worker holds can stop or end it.

  static stop(context: AttemptContext, reason: unknown): void {
    context.#stopReason = reason
    context.#controller?.abort(reason)
    const sleepers = context.#sleepers
    if (sleepers === undefined) return
    context.#sleepers = undefined
    for (const { cancel, reject } of sleepers) {
      cancel()
      reject(reason)
    }
  }

  /** Waits that still go on are forgotten: nothing of an attempt outlives it, not even a timer. */
  static end(context: AttemptContext): void {
    context.#hasEnded = true
    for (const { cancel } of context.#sleepers ?? []) cancel()
    context.#sleepers = undefined
  }

  static call(context: AttemptContext, name: string, input: unknown): Promise<Json> {
    return context.#call(name, input)
  }

  // Private

  #mayReport(member: string): boolean {
    if (this.#hasEnded) return false
    this.#reportsCount += 1
    if (this.#reportsCount <= REPORTS_MAX) return true
    throw new BosunError('WORKER_THREW', {
      at: `${member}()`,
      expected: `at most ${REPORTS_MAX} reports of an attempt`,
    })
  }

  #makeTools(): GrantedTools<ToolUses> {
    // Without a prototype: a tool that was not named is undefined, whatever its name.
    const tools = Object.create(null) as Record<string, (input: unknown) => Promise<Json>>
    for (const name of this.#own.toolNames) {
      tools[name] = (input) => this.#call(name, input)
    }
    return Object.freeze(tools) as unknown as GrantedTools<ToolUses>
  }

  #call(name: string, input: unknown): Promise<Json> {
    try {
      if (this.#hasEnded) throw new BosunError('ATTEMPT_DEAD', { at: this.attempt.id })
      return this.#outlets.call(name, plainJson(input, 'TOOL_INPUT_INVALID', name), this.signal)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  #ask: AskModel = (options, signal, onPart) => {
    if (this.#hasEnded) return Promise.reject(new BosunError('ATTEMPT_DEAD', { at: this.attempt.id }))
    if (this.#own.model === undefined) return Promise.reject(new BosunError('MODEL_MISSING', { at: this.attempt.id }))
    return this.#outlets.ask(options, signal, onPart)
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stopReason !== undefined) return Promise.reject(this.#stopReason as Error)
    return new Promise((resolve, reject) => {
      const cancel = this.#own.clock.wakeIn(Math.max(0, ms), () => {
        this.#sleepers?.delete(sleeper)
        resolve()
      })
      const sleeper: Sleeper = { cancel, reject }
      this.#sleepers ??= new Set()
      this.#sleepers.add(sleeper)
    })
  }
}
