import { getEventListeners } from 'node:events'
import { attemptId, BosunError, type AnyWorker, type Assignment, type Json } from '@bosun/core'
import { AttemptContext, copyJson, runWorker } from '@bosun/sdk'
import type { SubjectFault } from '../trace/trace.ts'
import type { LaneHooks } from './lane.ts'
import { lastOrigin } from './resource-origins.ts'
import { userPlace } from './user-place.ts'

/** What an attempt tells its lane. */
export interface AttemptNews {
  readonly diagnosing: boolean
  /** Its code goes on in the microtasks that follow. */
  resumed(): void
  /** It has finished or was cut off. */
  ended(attempt: AsyncAttempt): void
}

/** One attempt in the async lane: its code, its context, and the waits that the world has yet to end. */
export class AsyncAttempt {
  readonly #worker: AnyWorker
  readonly #assignment: Assignment
  readonly #hooks: LaneHooks
  readonly #news: AttemptNews
  readonly #context: AttemptContext
  /** Waits of its context that the world has yet to end. */
  #waitsCount = 0
  #isAborted = false
  /** Cut off: nothing reaches the world or the code any more. */
  #isDead = false
  #lastCall = 'none'
  #lastArgument: string | number = ''
  /** Known only while diagnosing. */
  #lastPlace: string | undefined

  constructor(worker: AnyWorker, assignment: Assignment, hooks: LaneHooks, news: AttemptNews) {
    this.#worker = worker
    this.#assignment = assignment
    this.#hooks = hooks
    this.#news = news
    this.#context = new AttemptContext(
      assignment,
      {
        discovered: (item) => this.#report('discover', () => hooks.discover(item)),
        emitted: (value) => this.#report('emit', () => hooks.emit(value)),
        progress: (note, count) => this.#report('progress', () => hooks.progress(note, count)),
        call: (name, input) => this.#call(name, input),
        ask: () => Promise.reject(new BosunError('MODEL_MISSING', { at: this.#id })),
      },
      {
        toolNames: Object.keys(worker.tools as object),
        clock: { now: () => hooks.now(), wakeIn: (ms, wake) => this.#wakeIn(ms, wake) },
        skills: [],
        random: () => hooks.random(),
      },
    )
  }

  run(): void {
    runWorker(this.#worker, this.#assignment, copyJson(this.#assignment.task.body), this.#context, (end) => {
      if (this.#isDead) return
      AttemptContext.end(this.#context)
      this.#news.ended(this)
      this.#hooks.finished(end)
    })
  }

  abort(): void {
    if (this.#isDead) return
    this.#isAborted = true
    AttemptContext.stop(this.#context, new BosunError('ATTEMPT_DEAD', { at: this.#id }))
  }

  kill(): void {
    if (this.#isDead) return
    this.#isDead = true
    AttemptContext.end(this.#context)
    this.#news.ended(this)
  }

  /** Once its code has come to rest: whether the world can do nothing that makes it go on. */
  get waitsForNothing(): boolean {
    if (this.#waitsCount > 0) return false
    if (this.#news.diagnosing && lastOrigin() !== undefined) return true
    // To wait for nothing but the order to stop, or for nothing at all after it, is no escape.
    return !this.#isAborted && getEventListeners(this.#context.signal, 'abort').length === 0
  }

  /** That it waits for something that is not of the world. */
  escape(): SubjectFault {
    const at = this.#news.diagnosing ? (lastOrigin() ?? this.#lastPlace) : undefined
    const last = this.#lastCall === 'none' ? 'no context call yet' : `last context call: ${this.#callSaid()}`
    const { code, message } = new BosunError('SUBJECT_ESCAPED', {
      at: `worker ${this.#worker.entry.name}${at === undefined ? '' : ` at ${at}`}`,
      received: `${this.#id}; ${last}`,
    })
    return at === undefined ? { code, message } : { code, message, at }
  }

  // Private

  get #id(): string {
    const { run, task, epoch } = this.#assignment
    return attemptId(run, task.id, epoch)
  }

  #report(name: string, report: () => void): void {
    this.#note(name, '')
    if (!this.#isDead) report()
  }

  #wakeIn(ms: number, wake: () => void): () => void {
    this.#note('clock.sleep', ms)
    const end = this.#wait()
    this.#hooks.after(ms, () => {
      if (end()) wake()
    })
    return end
  }

  #call(name: string, input: Json): Promise<Json> {
    this.#note('tools', name)
    const end = this.#wait()
    return new Promise((resolve, reject) => {
      this.#hooks.callTool(name, input, (outcome) => {
        if (!end()) return
        if ('value' in outcome) resolve(copyJson(outcome.value))
        else reject(Object.assign(new BosunError(outcome.error.code), { message: outcome.error.message }))
      })
    })
  }

  /** Begins a wait; returns what ends it, which says whether the code now goes on: once, and only while it lives. */
  #wait(): () => boolean {
    this.#waitsCount += 1
    let isOpen = true
    return () => {
      if (!isOpen) return false
      isOpen = false
      this.#waitsCount -= 1
      if (this.#isDead) return false
      this.#news.resumed()
      return true
    }
  }

  #note(call: string, argument: string | number): void {
    this.#lastCall = call
    this.#lastArgument = argument
    if (this.#news.diagnosing) this.#lastPlace = userPlace()
  }

  #callSaid(): string {
    return this.#lastCall === 'tools' ? `tools.${this.#lastArgument}()` : `${this.#lastCall}(${this.#lastArgument})`
  }
}
