import type { Fact, FactType } from '@bosun/core'
import { LedgerBook } from '../ledger/ledger-book.ts'
import type { WorldEvent, WorldEventType } from '../world-event.ts'
import { coreGoals } from './core-goals.ts'
import type { Goal } from './goal.ts'

/** Watches logs, one at a time, for what none of them has reached yet. */
export interface GoalWatch {
  /**
   * Takes in one fact. One whose number was there before means that a manager died: what stood from
   * there on was not stored and is forgotten.
   */
  feed(fact: Fact): void
  /** Takes in an event of the world beside the log. */
  observe(event: WorldEvent): void
  /** Forgets the log, not what was reached. */
  reset(): void
  /** The ids of the goals that were reached so far, in any log. */
  readonly reached: ReadonlySet<string>
  /** The goals that were not. */
  readonly open: readonly Goal[]
}

/**
 * A watch over the schedules of a campaign, or over a share of them. A goal that was reached is asked
 * no more, and once all are reached a fact costs nothing.
 *
 * @param goals default: those of the core catalogue
 *
 * @example
 * const watch = createGoalWatch()
 * for (const facts of logs) {
 *   for (const fact of facts) watch.feed(fact)
 *   watch.reset()
 * }
 * console.log(watch.open.map(({ sentence }) => sentence))
 */
export function createGoalWatch(goals: readonly Goal[] = coreGoals): GoalWatch {
  return new LogGoalWatch(goals)
}

interface Seeker {
  readonly goal: Goal
  state: unknown
}

class LogGoalWatch implements GoalWatch {
  readonly reached = new Set<string>()
  #seekers: Seeker[]
  #ledger = new LedgerBook()
  /** The durable facts of the log at hand. */
  #journal: Fact[] = []
  #byFact = new Map<FactType, readonly Seeker[]>()
  #byEvent = new Map<WorldEventType, readonly Seeker[]>()

  constructor(goals: readonly Goal[]) {
    this.#seekers = goals.map((goal) => ({ goal, state: goal.initial() }))
  }

  get open(): readonly Goal[] {
    return this.#seekers.map(({ goal }) => goal)
  }

  feed(fact: Fact): void {
    if (this.#seekers.length === 0) return
    if (fact.seq > 0) {
      if (fact.seq <= this.#journal.length) this.#forget(fact.seq - 1)
      this.#journal.push(fact)
    }
    const ledger = this.#ledger
    for (const seeker of this.#watchers(fact.type)) {
      if (seeker.goal.onFact?.(seeker.state, fact, ledger) === true) this.#reach(seeker)
    }
    ledger.apply(fact)
  }

  observe(event: WorldEvent): void {
    for (const seeker of this.#observers(event.type)) {
      if (seeker.goal.onWorld?.(seeker.state, event, this.#ledger) === true) this.#reach(seeker)
    }
  }

  reset(): void {
    if (this.#seekers.length === 0) return
    this.#ledger = new LedgerBook()
    this.#journal = []
    for (const seeker of this.#seekers) seeker.state = seeker.goal.initial()
  }

  /** Takes the log in again up to what was stored; what the world has shown stays known. */
  #forget(stored: number): void {
    const journal = this.#journal
    journal.length = stored
    this.#ledger = new LedgerBook()
    for (const seeker of this.#seekers) if (isFactual(seeker)) seeker.state = seeker.goal.initial()
    for (const fact of journal) {
      for (const seeker of this.#watchers(fact.type)) {
        if (isFactual(seeker)) seeker.goal.onFact?.(seeker.state, fact, this.#ledger)
      }
      this.#ledger.apply(fact)
    }
  }

  #reach(seeker: Seeker): void {
    this.reached.add(seeker.goal.id)
    this.#seekers = this.#seekers.filter((other) => other !== seeker)
    this.#byFact.clear()
    this.#byEvent.clear()
  }

  #watchers(type: FactType): readonly Seeker[] {
    const known = this.#byFact.get(type)
    if (known !== undefined) return known
    const watchers = this.#seekers.filter(
      ({ goal }) => goal.onFact !== undefined && (goal.watches === undefined || goal.watches.includes(type)),
    )
    this.#byFact.set(type, watchers)
    return watchers
  }

  #observers(type: WorldEventType): readonly Seeker[] {
    const known = this.#byEvent.get(type)
    if (known !== undefined) return known
    const observers = this.#seekers.filter(
      ({ goal }) => goal.onWorld !== undefined && (goal.observes === undefined || goal.observes.includes(type)),
    )
    this.#byEvent.set(type, observers)
    return observers
  }
}

function isFactual({ goal }: Seeker): boolean {
  return goal.onWorld === undefined
}
