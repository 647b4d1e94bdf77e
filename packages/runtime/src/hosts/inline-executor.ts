import { attemptId, BosunError, errorRecord, type AnyWorker, type Assignment, type Clock } from '@bosun/core'
import { copyJson } from '../tools/plain-json.ts'
import { AttemptContext, type ContextClock } from './attempt-context.ts'
import type { AttemptSinks, Executor } from './executor.ts'
import { runWorker } from './run-worker.ts'

export interface InlineExecutorOptions {
  /** Trusted workers by name. */
  readonly workers: ReadonlyMap<string, AnyWorker>
  readonly clock: Clock
  /** How often each live attempt beats. @defaultValue 2,000 */
  readonly heartbeatMs?: number
  /** Instructions of skills by name. @defaultValue none */
  readonly skills?: ReadonlyMap<string, string>
}

const NO_SKILLS: readonly string[] = []

interface Live {
  readonly context: AttemptContext
  readonly sinks: AttemptSinks
}

/**
 * Runs trusted workers in this process.
 *
 * There is no force here: a worker that ignores its signal goes on and is abandoned, which frees its
 * place. A worker that never settles is ended by the kernel's timeout, and one that blocks the loop
 * blocks this whole process; use hosts for code that may do either.
 */
export class InlineExecutor implements Executor {
  readonly #workers: ReadonlyMap<string, AnyWorker>
  readonly #toolNames = new Map<AnyWorker, readonly string[]>()
  readonly #clock: Clock
  readonly #contextClock: ContextClock
  readonly #heartbeatMs: number
  readonly #skills: ReadonlyMap<string, string>
  readonly #live = new Map<string, Live>()
  #cancelBeat: (() => void) | undefined

  constructor(options: InlineExecutorOptions) {
    const clock = options.clock
    this.#workers = options.workers
    this.#clock = clock
    this.#contextClock = { now: () => clock.now(), wakeIn: (ms, wake) => clock.wakeAt(clock.now() + ms, wake) }
    this.#heartbeatMs = options.heartbeatMs ?? 2_000
    this.#skills = options.skills ?? new Map()
  }

  run(assignment: Assignment, sinks: AttemptSinks): void {
    const worker = this.#workers.get(assignment.worker)
    if (worker === undefined) {
      sinks.error(
        errorRecord(new BosunError('WORKER_UNKNOWN', { at: assignment.task.id, received: assignment.worker })),
      )
      return
    }
    const context = new AttemptContext(assignment, sinks, {
      toolNames: this.#toolNamesOf(worker),
      clock: this.#contextClock,
      skills: assignment.task.skills?.flatMap((name) => this.#skills.get(name) ?? []) ?? NO_SKILLS,
    })
    const id = idOf(assignment)
    let hasEnded = false
    sinks.started('inline')
    runWorker(worker, assignment, copyJson(assignment.task.body), context, (end) => {
      hasEnded = true
      AttemptContext.end(context)
      // Abandoned meanwhile: the sinks ignore what follows, and the map holds it no more.
      this.#live.delete(id)
      if ('result' in end) sinks.result(end.result)
      else sinks.error(end.error)
    })
    if (hasEnded) return
    this.#live.set(id, { context, sinks })
    this.#cancelBeat ??= this.#clock.wakeAt(this.#clock.now() + this.#heartbeatMs, () => this.#beat())
  }

  stop(assignment: Assignment, politeMs: number): void {
    const id = idOf(assignment)
    const live = this.#live.get(id)
    if (live === undefined) return
    AttemptContext.stop(live.context, new BosunError('ATTEMPT_DEAD', { at: id }))
    this.#clock.wakeAt(this.#clock.now() + politeMs, () => {
      if (this.#live.get(id) === live) this.#abandon(id, live)
    })
  }

  close(): Promise<void> {
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
    for (const [id, live] of this.#live) {
      AttemptContext.stop(live.context, new BosunError('ATTEMPT_DEAD', { at: id }))
      this.#abandon(id, live)
    }
    return Promise.resolve()
  }

  // Private

  #abandon(id: string, live: Live): void {
    this.#live.delete(id)
    AttemptContext.end(live.context)
    live.sinks.abandoned()
  }

  #beat(): void {
    this.#cancelBeat = undefined
    for (const { sinks } of this.#live.values()) sinks.beat()
    if (this.#live.size > 0) {
      this.#cancelBeat = this.#clock.wakeAt(this.#clock.now() + this.#heartbeatMs, () => this.#beat())
    }
  }

  #toolNamesOf(worker: AnyWorker): readonly string[] {
    let names = this.#toolNames.get(worker)
    if (names === undefined) {
      names = Object.keys(worker.tools as object)
      this.#toolNames.set(worker, names)
    }
    return names
  }
}

function idOf(assignment: Assignment): string {
  return attemptId(assignment.run, assignment.task.id, assignment.epoch)
}
