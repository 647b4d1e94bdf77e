import type { Assignment, AttemptKey, TaskQueue } from '@bosun/core'
import { AttemptTable } from './attempt-table.ts'

interface Claim {
  readonly max: number
  readonly resolve: (assignments: readonly Assignment[]) => void
}

interface Held {
  readonly key: AttemptKey
  readonly assignment: Assignment
  state: 'waiting' | 'claimed' | 'gone'
  next: Held | undefined
}

/**
 * The task queue of one process: a table of what is held, a line of what waits, and the claims that wait.
 *
 * An assignment is held from `enqueue` until `settle`; while it is held, the same (run, task, epoch)
 * is taken once. How many are held is bounded by the slots of the kernel, which assigns nothing
 * beyond them. One promise serves a whole batch, so that its cost is not paid per task.
 */
export class InProcessTaskQueue implements TaskQueue {
  readonly #held = new AttemptTable<Held>()
  /** In the order of their arrival; those from `#head` on wait, unless they are gone. */
  #line: Held[] = []
  #head = 0
  readonly #claims: Claim[] = []
  readonly #stops = new Set<(key: AttemptKey) => void>()
  #isClosed = false

  enqueue(assignments: readonly Assignment[]): void {
    // What comes after the end is not lost: its fact is durable, and recovery assigns it again.
    if (this.#isClosed) return
    for (const assignment of assignments) {
      const { run, task, epoch } = assignment
      if (this.#held.find(run, task.id, epoch) !== undefined) continue
      const held: Held = { key: { run, task: task.id, epoch }, assignment, state: 'waiting', next: undefined }
      this.#held.add(held)
      this.#line.push(held)
    }
    while (this.#claims.length > 0) {
      const taken = this.#take(this.#claims[0]?.max ?? 0)
      if (taken.length === 0) return
      this.#claims.shift()?.resolve(taken)
    }
  }

  claim(max: number): Promise<readonly Assignment[]> {
    if (this.#isClosed) return Promise.resolve([])
    const taken = this.#take(max)
    if (taken.length > 0) return Promise.resolve(taken)
    const { promise, resolve } = Promise.withResolvers<readonly Assignment[]>()
    this.#claims.push({ max, resolve })
    return promise
  }

  cancel(keys: readonly AttemptKey[]): void {
    for (const key of keys) {
      const held = this.#held.get(key)
      if (held?.state === 'waiting') this.#drop(held)
      else if (held !== undefined) for (const stop of this.#stops) stop(key)
    }
  }

  onCancel(stop: (key: AttemptKey) => void): () => void {
    this.#stops.add(stop)
    return () => this.#stops.delete(stop)
  }

  settle(key: AttemptKey): void {
    const held = this.#held.get(key)
    if (held?.state === 'claimed') this.#drop(held)
  }

  inspect(keys: readonly AttemptKey[]): Promise<readonly ('absent' | 'waiting' | 'claimed')[]> {
    const stateOf = (key: AttemptKey) => this.#held.get(key)?.state ?? 'absent'
    return Promise.resolve(keys.map(stateOf) as ('absent' | 'waiting' | 'claimed')[])
  }

  close(): void {
    this.#isClosed = true
    for (const claim of this.#claims.splice(0)) claim.resolve([])
  }

  #take(max: number): Assignment[] {
    const taken: Assignment[] = []
    while (this.#head < this.#line.length && taken.length < max) {
      const held = this.#line[this.#head] as Held
      this.#head += 1
      if (held.state !== 'waiting') continue
      held.state = 'claimed'
      taken.push(held.assignment)
    }
    // Dropped as a whole, which is nearly always possible: a claim takes all there is.
    if (this.#head === this.#line.length) {
      this.#line = []
      this.#head = 0
    }
    return taken
  }

  #drop(held: Held): void {
    held.state = 'gone'
    this.#held.delete(held)
  }
}
