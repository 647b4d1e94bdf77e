import { predecessorId, successorId, type Outcome, type RunView, type Tally, type Task } from '@bosun/core'

/** What is known of one task of a nested manager. */
interface Own {
  /** `open` until its outcome or its refusal was heard. */
  state: 'open' | 'refused' | Outcome
  /** Whether somebody waits for it. */
  readonly isJoined: boolean
}

/**
 * The tasks of a nested manager, as far as it has heard of them: the state of the run is ahead by what
 * still waits in the inbox, and a nested manager must not be told that all is settled before it has
 * heard why.
 */
export class OwnTasks {
  readonly #byId = new Map<string, Own>()
  /** Joined tasks that are open. */
  #openCount = 0
  #refused = 0
  readonly #counts: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, cancelled: 0, skipped: 0 }
  /** Tasks that a successor stands in for. */
  #superseded = 0

  get openCount(): number {
    return this.#openCount
  }

  /** Open tasks, detached ones included. */
  get unresolved(): number {
    return this.tally.unresolved
  }

  /** All ids of the run, in the order in which they were asked for. */
  ids(): Iterable<string> {
    return this.#byId.keys()
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  /** Notes tasks that were asked for, under their names in the run. */
  add(tasks: readonly Task[]): void {
    for (const { id, wait } of tasks) {
      const known = this.#byId.get(id)
      if (known !== undefined && known.state !== 'refused') continue
      const isJoined = wait !== 'detached'
      this.#byId.set(id, { state: 'open', isJoined })
      if (isJoined) this.#openCount += 1
    }
  }

  end(id: string, outcome: Outcome, view: RunView): void {
    if (!this.#byId.has(id)) this.#adopt(id, view)
    const own = this.#byId.get(id)
    if (own?.state !== 'open') return
    own.state = outcome
    this.#counts[outcome] += 1
    if (own.isJoined) this.#openCount -= 1
  }

  /** Notes a refusal: of one task, or of whatever the run does not hold. */
  refuse(id: string | undefined, view: RunView): void {
    for (const refused of id === undefined ? this.#byId.keys() : [id]) {
      const own = this.#byId.get(refused)
      if (own?.state !== 'open' || view.task(refused) !== undefined) continue
      own.state = 'refused'
      this.#refused += 1
      if (own.isJoined) this.#openCount -= 1
    }
  }

  /** Takes in tasks by which a person had others tried again. */
  adoptSuccessors(view: RunView): void {
    for (const [id, { state }] of this.#byId) {
      if (state === 'open' || state === 'refused' || state === 'succeeded') continue
      const successor = successorId(id)
      if (!this.#byId.has(successor) && view.task(successor) !== undefined) this.#adopt(successor, view)
    }
  }

  get tally(): Tally {
    const { succeeded, failed, lost, cancelled, skipped } = this.#counts
    const total = this.#byId.size - this.#superseded - this.#countRefused()
    const ended = succeeded + failed + lost + cancelled + skipped
    return { total, ...this.#counts, unresolved: total - ended, refused: this.#refused }
  }

  /** A task that the nested manager did not ask for: somebody's successor, or one that a person added. */
  #adopt(id: string, view: RunView): void {
    this.add([view.task(id)?.spec ?? { id, type: 'unknown', body: null }])
    const old = this.#byId.get(predecessorId(id) ?? '')
    if (old === undefined || old.state === 'open' || old.state === 'refused') return
    this.#superseded += 1
    this.#counts[old.state] -= 1
  }

  #countRefused(): number {
    let count = 0
    if (this.#refused > 0) for (const { state } of this.#byId.values()) if (state === 'refused') count += 1
    return count
  }
}
