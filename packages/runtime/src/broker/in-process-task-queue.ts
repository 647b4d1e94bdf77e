import { attemptId, type Assignment, type AttemptKey, type TaskQueue } from '@bosun/core'

interface Claim {
  readonly max: number
  readonly resolve: (assignments: readonly Assignment[]) => void
}

/**
 * The task queue of one process: two maps and the claims that wait.
 *
 * An assignment is held from `enqueue` until `settle`; while it is held, the same (run, task, epoch)
 * is taken once. How many are held is bounded by the slots of the kernel, which assigns nothing
 * beyond them. One promise serves a whole batch, so that its cost is not paid per task.
 */
export class InProcessTaskQueue implements TaskQueue {
  readonly #waiting = new Map<string, Assignment>()
  readonly #claimed = new Map<string, Assignment>()
  readonly #claims: Claim[] = []
  readonly #stops = new Set<(key: AttemptKey) => void>()
  #isClosed = false

  enqueue(assignments: readonly Assignment[]): void {
    // What comes after the end is not lost: its fact is durable, and recovery assigns it again.
    if (this.#isClosed) return
    for (const assignment of assignments) {
      const id = idOf(assignment)
      if (!this.#claimed.has(id) && !this.#waiting.has(id)) this.#waiting.set(id, assignment)
    }
    while (this.#waiting.size > 0) {
      const claim = this.#claims.shift()
      if (claim === undefined) return
      claim.resolve(this.#take(claim.max))
    }
  }

  claim(max: number): Promise<readonly Assignment[]> {
    if (this.#isClosed) return Promise.resolve([])
    if (this.#waiting.size > 0) return Promise.resolve(this.#take(max))
    const { promise, resolve } = Promise.withResolvers<readonly Assignment[]>()
    this.#claims.push({ max, resolve })
    return promise
  }

  cancel(keys: readonly AttemptKey[]): void {
    for (const key of keys) {
      const id = idOf(key)
      if (this.#waiting.delete(id) || !this.#claimed.has(id)) continue
      for (const stop of this.#stops) stop(key)
    }
  }

  onCancel(stop: (key: AttemptKey) => void): () => void {
    this.#stops.add(stop)
    return () => this.#stops.delete(stop)
  }

  settle(key: AttemptKey): void {
    this.#claimed.delete(idOf(key))
  }

  inspect(keys: readonly AttemptKey[]): Promise<readonly ('absent' | 'waiting' | 'claimed')[]> {
    return Promise.resolve(
      keys.map((key) => {
        const id = idOf(key)
        if (this.#waiting.has(id)) return 'waiting'
        return this.#claimed.has(id) ? 'claimed' : 'absent'
      }),
    )
  }

  close(): void {
    this.#isClosed = true
    for (const claim of this.#claims.splice(0)) claim.resolve([])
  }

  #take(max: number): Assignment[] {
    const taken: Assignment[] = []
    for (const [id, assignment] of this.#waiting) {
      if (taken.length >= max) break
      this.#waiting.delete(id)
      this.#claimed.set(id, assignment)
      taken.push(assignment)
    }
    return taken
  }
}

function idOf(key: AttemptKey | Assignment): string {
  return typeof key.task === 'string'
    ? attemptId(key.run, key.task, key.epoch)
    : attemptId(key.run, key.task.id, key.epoch)
}
