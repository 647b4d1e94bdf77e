import { attemptId, BosunError, errorRecord, type AnyWorker, type Assignment, type Clock } from '@bosun/core'
import { AttemptContext, type ContextClock, copyJson, type OwnOfContext, runWorker } from '@bosun/sdk'
import type { AttemptSinks, Executor } from './executor.ts'
import type { WorkerServices } from './worker-services.ts'

export interface InlineExecutorOptions {
  /** Trusted workers by name. */
  readonly workers: ReadonlyMap<string, AnyWorker>
  readonly clock: Clock
  /** How often each live attempt beats. @defaultValue 2,000 */
  readonly heartbeatMs?: number
  /** Instructions of skills by name. @defaultValue none */
  readonly skills?: ReadonlyMap<string, string>
  /** The services of workers that need any, by the name of the worker. @defaultValue none */
  readonly needs?: ReadonlyMap<string, WorkerServices>
}

const NO_SKILLS: readonly string[] = []

interface Live {
  readonly assignment: Assignment
  readonly context: AttemptContext
  readonly sinks: AttemptSinks
  /** Its place among the live ones; -1 when it is not, or no longer, among them. */
  at: number
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
  /** What attempts of one worker without skills share. */
  readonly #own = new Map<AnyWorker, OwnOfContext>()
  readonly #clock: Clock
  readonly #contextClock: ContextClock
  readonly #heartbeatMs: number
  readonly #skills: ReadonlyMap<string, string>
  readonly #needs: ReadonlyMap<string, WorkerServices>
  /** In no order. A list, because attempts come and go all the time and are looked for only to be stopped. */
  readonly #live: Live[] = []
  #cancelBeat: (() => void) | undefined

  constructor(options: InlineExecutorOptions) {
    const clock = options.clock
    this.#workers = options.workers
    this.#clock = clock
    this.#contextClock = { now: () => clock.now(), wakeIn: (ms, wake) => clock.wakeAt(clock.now() + ms, wake) }
    this.#heartbeatMs = options.heartbeatMs ?? 2_000
    this.#skills = options.skills ?? new Map()
    this.#needs = options.needs ?? new Map()
  }

  run(assignment: Assignment, sinks: AttemptSinks): void {
    const worker = this.#workers.get(assignment.worker)
    if (worker === undefined) {
      sinks.error(
        errorRecord(new BosunError('WORKER_UNKNOWN', { at: assignment.task.id, received: assignment.worker })),
      )
      return
    }
    const own = this.#ownOf(worker)
    const skills = assignment.task.skills?.flatMap((name) => this.#skills.get(name) ?? [])
    const context = new AttemptContext(assignment, sinks, skills === undefined ? own : { ...own, skills })
    const live: Live = { assignment, context, sinks, at: -1 }
    let hasEnded = false
    sinks.started('inline')
    runWorker(worker, assignment, copyJson(assignment.task.body), context, (end) => {
      hasEnded = true
      AttemptContext.end(context)
      // Abandoned meanwhile: the sinks ignore what follows, and it is live no more.
      this.#forget(live)
      if ('result' in end) sinks.result(end.result)
      else sinks.error(end.error)
    })
    if (hasEnded) return
    live.at = this.#live.push(live) - 1
    this.#cancelBeat ??= this.#clock.wakeAt(this.#clock.now() + this.#heartbeatMs, () => this.#beat())
  }

  stop(assignment: Assignment, politeMs: number): void {
    const live = this.#live.find((one) => isSame(one.assignment, assignment))
    if (live === undefined) return
    AttemptContext.stop(live.context, dead(assignment))
    this.#clock.wakeAt(this.#clock.now() + politeMs, () => {
      if (live.at >= 0) this.#abandon(live)
    })
  }

  close(): Promise<void> {
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
    for (let live = this.#live.at(-1); live !== undefined; live = this.#live.at(-1)) {
      AttemptContext.stop(live.context, dead(live.assignment))
      this.#abandon(live)
    }
    return Promise.resolve()
  }

  // Private

  #forget(live: Live): void {
    if (live.at < 0) return
    const last = this.#live.pop() as Live
    if (last !== live) {
      this.#live[live.at] = last
      last.at = live.at
    }
    live.at = -1
  }

  #abandon(live: Live): void {
    this.#forget(live)
    AttemptContext.end(live.context)
    live.sinks.abandoned()
  }

  #beat(): void {
    this.#cancelBeat = undefined
    for (const { sinks } of this.#live) sinks.beat()
    if (this.#live.length > 0) {
      this.#cancelBeat = this.#clock.wakeAt(this.#clock.now() + this.#heartbeatMs, () => this.#beat())
    }
  }

  #ownOf(worker: AnyWorker): OwnOfContext {
    let own = this.#own.get(worker)
    if (own === undefined) {
      const { name, model } = worker.entry
      const needs = this.#needs.get(name)
      own = {
        toolNames: Object.keys(worker.tools as object),
        clock: this.#contextClock,
        skills: NO_SKILLS,
        ...(needs === undefined ? {} : { needs }),
        ...(model === undefined ? {} : { model }),
      }
      this.#own.set(worker, own)
    }
    return own
  }
}

function isSame(one: Assignment, other: Assignment): boolean {
  return one === other || (one.run === other.run && one.task.id === other.task.id && one.epoch === other.epoch)
}

function dead({ run, task, epoch }: Assignment): BosunError {
  return new BosunError('ATTEMPT_DEAD', { at: attemptId(run, task.id, epoch) })
}
