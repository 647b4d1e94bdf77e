/**
 * The workers' side of a run: claims assignments, gives each a grant, runs it, reports.
 *
 * Rules. An attempt is live from its claim until its one ending report; after it, whatever still
 * comes is ignored, the grant is closed and the queue holds it no more. A stop closes the grant at
 * once, asks politely, and leaves the ending report to the executor: a result that comes late is
 * reported as any other, and it is the kernel, which knows the epoch, that puts it aside.
 */
import { attemptId, BosunError, errorRecord, type Assignment, type AttemptKey, type Grant } from '@bosun/core'
import { GrantSource, NO_RULES, type RunRules } from '../tools/grant-source.ts'
import { AttemptTable } from './attempt-table.ts'
import {
  KILL_AFTER_MS,
  LiveAttempt,
  type AttemptHome,
  type LiveAttemptParts,
  type RegisteredWorker,
} from './live-attempt.ts'

/** Assignments that are claimed at once. */
const CLAIM_MAX = 256

/** What a pool is made of. */
export interface WorkerPoolOptions extends LiveAttemptParts {
  /** Workers by name. */
  readonly workers: ReadonlyMap<string, RegisteredWorker>
  /** Rules that narrow the grants of a run; the same object for the same run. @defaultValue none */
  readonly rules?: (run: string) => RunRules
  /** Attempts that are live at the same time. @defaultValue 1,024 */
  readonly attemptsMax?: number
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #grants = new GrantSource()
  readonly #attempts = new AttemptTable<LiveAttempt>()
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
    const attempt = new LiveAttempt(key, assignment, worker, this.#home)
    this.#attempts.add(attempt)
    try {
      // A worker without tools is not expected at the gateway; if it comes all the same, it is refused by its grant.
      if (worker.entry.tools.length > 0) attempt.open()
      worker.executor.run(assignment, attempt)
    } catch (error) {
      attempt.error(errorRecord(BosunError.from(error, 'INTERNAL', { at: idOf(key) })))
    }
  }

  #grantOf({ key, assignment, worker }: LiveAttempt): Grant {
    const rules = this.#options.rules?.(key.run) ?? NO_RULES
    return this.#grants.grantFor(assignment, worker.tools, rules, this.#options.staging.folder(key))
  }
}

function idOf({ run, task, epoch }: AttemptKey): string {
  return attemptId(run, task, epoch)
}
