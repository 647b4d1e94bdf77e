import type { Fact } from '@bosun/core'
import { createAuditor, type Auditor, type Invariant, type WorldEvent } from '@bosun/invariants'
import type { TraceEvent } from '../trace/trace.ts'
import { Broken } from './broken.ts'

/** Sees all facts and events of a schedule, judges them as they come, and keeps them if asked to. */
export class Judge {
  readonly #auditor: Auditor
  /** Set while a schedule is traced. */
  events: TraceEvent[] | undefined
  facts = 0

  constructor(invariants: readonly Invariant[]) {
    this.#auditor = createAuditor(invariants)
  }

  begin(isTraced: boolean): void {
    this.#auditor.reset()
    this.events = isTraced ? [] : undefined
    this.facts = 0
  }

  fact(fact: Fact): void {
    this.facts += 1
    this.events?.push(fact)
    const violation = this.#auditor.feed(fact)
    if (violation !== undefined) throw new Broken(violation)
  }

  event(event: WorldEvent): void {
    this.events?.push(event)
    const violation = this.#auditor.observe(event)
    if (violation !== undefined) throw new Broken(violation)
  }

  /** A new process knows the journal and no beats: what was not stored is forgotten. */
  recall(journal: readonly Fact[]): void {
    const violation = this.#auditor.recall(journal)
    if (violation !== undefined) throw new Broken(violation)
  }

  /** Judges the log as a whole. */
  end(): void {
    const violation = this.#auditor.close({ ended: true })
    if (violation !== undefined) throw new Broken(violation)
  }
}
