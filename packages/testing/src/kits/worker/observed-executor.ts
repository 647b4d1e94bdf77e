import type { Assignment } from '@bosun/core'
import type { AttemptSinks, Executor } from '@bosun/runtime'
import { ObservedAttempt, type Disturbance } from './observed-attempt.ts'

/** Runs attempts where another executor does, and observes them. */
export class ObservedExecutor implements Executor {
  readonly #inner: Executor
  readonly #attempts = new Map<string, ObservedAttempt>()
  #disturbance: Disturbance | undefined

  constructor(inner: Executor) {
    this.#inner = inner
  }

  /** The attempts since the last call of `observe`, in order. */
  get attempts(): readonly ObservedAttempt[] {
    return [...this.#attempts.values()]
  }

  /** Begins anew; the first attempt from here on is disturbed. */
  observe(disturbance: Disturbance | undefined): void {
    this.#attempts.clear()
    this.#disturbance = disturbance
  }

  run(assignment: Assignment, sinks: AttemptSinks): void {
    const observed = new ObservedAttempt(sinks, this.#disturbance)
    this.#disturbance = undefined
    this.#attempts.set(idOf(assignment), observed)
    this.#inner.run(assignment, observed)
  }

  stop(assignment: Assignment, politeMs: number): void {
    this.#attempts.get(idOf(assignment))?.stopped()
    this.#inner.stop(assignment, politeMs)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

function idOf({ run, task, epoch }: Assignment): string {
  return `${run}/${task.id}@${epoch}`
}
