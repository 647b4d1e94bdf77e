import { isRunEnd, type Fact } from '@bosun/core'

/** How long things took in one run, in ms. */
export interface Timing {
  /** From the start of the run to its end, or to the last fact. */
  readonly makespanMs: number
  /** Time in which slots that were there and allowed had nothing to do, added up over the slots. */
  readonly idleMs: number
  /** The longest that a task which could have run waited for a slot, and which task that was. */
  readonly longestWaitMs: number
  readonly longestWait?: string
}

/** Reads the times of a run out of its facts. A pause counts as waiting: whoever compares strategies sees it in all. */
export function timingOf(facts: Iterable<Fact>): Timing {
  const reader = new TimingReader()
  for (const fact of facts) if (!reader.read(fact)) break
  const { makespanMs, idleMs, longestWaitMs, longestWait } = reader
  return { makespanMs, idleMs, longestWaitMs, ...(longestWait === undefined ? {} : { longestWait }) }
}

class TimingReader {
  makespanMs = 0
  idleMs = 0
  longestWaitMs = 0
  longestWait: string | undefined
  #startedAt = 0
  #at = 0
  #slotsMax = 0
  #slots = 0
  readonly #leased = new Set<string>()
  /** Dependencies that have not succeeded, and who waits for a task. */
  readonly #unmet = new Map<string, number>()
  readonly #dependants = new Map<string, string[]>()
  readonly #succeeded = new Set<string>()
  readonly #readyAt = new Map<string, number>()

  /** Takes in one fact; false once the run is over. */
  read(fact: Fact): boolean {
    if (fact.type === 'run.started') {
      this.#startedAt = fact.at
      this.#at = fact.at
      this.#slotsMax = fact.config.limits.slotsMax
    }
    this.idleMs += (fact.at - this.#at) * Math.max(0, Math.min(this.#slotsMax, this.#slots) - this.#leased.size)
    this.#at = fact.at
    this.makespanMs = fact.at - this.#startedAt
    this.#readSlots(fact)
    this.#readTasks(fact)
    return !isRunEnd(fact)
  }

  #readSlots(fact: Fact): void {
    switch (fact.type) {
      case 'worker.joined':
        this.#slots += 1
        break
      case 'worker.left':
        this.#slots -= 1
        break
      case 'limits.changed':
        this.#slotsMax = fact.limits.slotsMax ?? this.#slotsMax
        break
      case 'attempt.succeeded':
      case 'attempt.failed':
      case 'attempt.lost':
      case 'attempt.revoked':
        this.#leased.delete(fact.task)
        break
      default:
    }
  }

  #readTasks(fact: Fact): void {
    switch (fact.type) {
      case 'task.added':
        this.#added(fact.task.id, fact.task.dependsOn ?? [])
        break
      case 'task.retried':
        this.#readyAt.set(fact.task, fact.notBefore)
        break
      case 'task.succeeded':
        this.#succeeded.add(fact.task)
        for (const id of this.#dependants.get(fact.task) ?? []) this.#met(id)
        break
      case 'task.assigned': {
        this.#leased.add(fact.task)
        const waitedMs = fact.at - (this.#readyAt.get(fact.task) ?? fact.at)
        if (waitedMs <= this.longestWaitMs) break
        this.longestWaitMs = waitedMs
        this.longestWait = fact.task
        break
      }
      default:
    }
  }

  #added(id: string, dependsOn: readonly string[]): void {
    const open = Array.from(new Set(dependsOn)).filter((dependency) => !this.#succeeded.has(dependency))
    this.#unmet.set(id, open.length)
    if (open.length === 0) this.#readyAt.set(id, this.#at)
    for (const dependency of open) {
      const dependants = this.#dependants.get(dependency)
      if (dependants === undefined) this.#dependants.set(dependency, [id])
      else dependants.push(id)
    }
  }

  #met(id: string): void {
    const open = (this.#unmet.get(id) ?? 1) - 1
    this.#unmet.set(id, open)
    if (open === 0) this.#readyAt.set(id, this.#at)
  }
}
