import type { Fact, FactType } from '@bosun/core'
import { coreInvariants } from '../catalogue/core-invariants.ts'
import type { Finding, Invariant, Violation } from '../invariant.ts'
import { LedgerBook } from '../ledger/ledger-book.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent, WorldEventType } from '../world-event.ts'
import type { AuditReport, InvariantReport } from './audit-report.ts'

/** Violations that one audit keeps; later ones are counted only. */
const VIOLATIONS_COUNT_MAX = 100

/** What the caller knows about the end of the log. */
export interface AuditEnd {
  /**
   * Whether the log is whole: nothing is to follow. Absent: it is when its run has ended. A prefix
   * (`false`) is not blamed for what may still come.
   */
  readonly ended?: boolean
}

/** Judges one log at a time, fact by fact. */
export interface Auditor {
  /** Judges one fact, then takes it into the ledger; returns the first new violation. */
  feed(fact: Fact): Violation | undefined
  /** Judges an event of the world beside the log; returns the first new violation. */
  observe(event: WorldEvent): Violation | undefined
  /** Closes the log without a report, for loops; returns the first violation of the whole log. */
  close(end?: AuditEnd): Violation | undefined
  /** Closes the log and reports. Further facts need `reset` first. */
  end(end?: AuditEnd): AuditReport
  /**
   * A new manager's process took over and knows the journal alone: facts that were not stored are
   * forgotten, and so is what followed from them. What the world has shown stays known, so that an
   * acknowledged fact that the journal lost is missed. Returns the first new violation.
   */
  recall(journal: Iterable<Fact>): Violation | undefined
  /** Forgets the log, so that the same auditor can judge the next one. */
  reset(): void
  readonly violations: readonly Violation[]
  /** The shared book of tasks, leases, slots and caps, as of the last fact. */
  readonly ledger: Ledger
}

/**
 * An auditor for loops that judge many logs: `feed` per fact, `close`, `reset`, again.
 *
 * Each invariant is called only for the types of fact that it watches, and reads tasks, leases,
 * slots and caps from one ledger, so that all core invariants together cost little more than one.
 *
 * @param invariants the invariants to judge by; default: all of the core catalogue
 */
export function createAuditor(invariants: readonly Invariant[] = coreInvariants): Auditor {
  return new LogAuditor(invariants)
}

/** One invariant at work. Its hooks are kept here as well, since all judges have one shape and invariants have many. */
class Judge {
  readonly invariant: Invariant
  readonly onFact: Invariant['onFact']
  readonly onWorld: Invariant['onWorld']
  readonly atQuiescence: Invariant['atQuiescence']
  readonly atEnd: Invariant['atEnd']
  state: unknown
  violations = 0

  constructor(invariant: Invariant) {
    this.invariant = invariant
    this.onFact = invariant.onFact
    this.onWorld = invariant.onWorld
    this.atQuiescence = invariant.atQuiescence
    this.atEnd = invariant.atEnd
    this.state = invariant.initial()
  }
}

/** The judges of one type of fact or event, and the latest log that had it. */
interface Asked {
  readonly judges: readonly Judge[]
  log: number
}

/** Judges that are asked together, sorted by what they ask for. */
class Panel {
  readonly judges: readonly Judge[]
  readonly quiescent: readonly Judge[]
  readonly #byFact = new Map<FactType, Asked>()
  readonly #byEvent = new Map<WorldEventType, Asked>()

  constructor(judges: readonly Judge[]) {
    this.judges = judges
    this.quiescent = judges.filter(({ atQuiescence }) => atQuiescence !== undefined)
  }

  watching(type: FactType): Asked {
    return this.#byFact.get(type) ?? this.#sort(this.#byFact, type, ({ onFact, watches }) => onFact && (watches ?? ALL))
  }

  observing(type: WorldEventType): Asked {
    const known = this.#byEvent.get(type)
    return known ?? this.#sort(this.#byEvent, type, ({ onWorld, observes }) => onWorld && (observes ?? ALL))
  }

  #sort<T extends string>(
    sorted: Map<T, Asked>,
    type: T,
    asksFor: (invariant: Invariant) => { includes(type: T): boolean } | undefined,
  ): Asked {
    const judges = this.judges.filter(({ invariant }) => asksFor(invariant)?.includes(type) === true)
    const asked = { judges, log: 0 }
    sorted.set(type, asked)
    return asked
  }
}

const ALL = { includes: () => true }

class LogAuditor implements Auditor {
  readonly #all: Panel
  /** Those whose state follows from the journal alone. */
  readonly #factual: Panel
  #panel: Panel
  #ledger = new LedgerBook()
  #violations: Violation[] = []
  #violationsCount = 0
  /** The number of the log at hand. */
  #log = 1
  #sawWorld = false
  #first: Violation | undefined

  constructor(invariants: readonly Invariant[]) {
    const judges = invariants.map((invariant) => new Judge(invariant))
    this.#all = new Panel(judges)
    this.#factual = new Panel(
      judges.filter(({ invariant: { onWorld, outlivesManager = onWorld !== undefined } }) => !outlivesManager),
    )
    this.#panel = this.#all
  }

  get violations(): readonly Violation[] {
    return this.#violations
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  feed(fact: Fact): Violation | undefined {
    this.#first = undefined
    const ledger = this.#ledger
    if (fact.cause !== ledger.cause && ledger.facts > 0) this.#rest()
    const asked = this.#panel.watching(fact.type)
    asked.log = this.#log
    for (const judge of asked.judges) {
      const found = judge.onFact?.call(judge.invariant, judge.state, fact, ledger)
      if (found !== undefined) this.#report(judge, found)
    }
    ledger.apply(fact)
    return this.#first
  }

  observe(event: WorldEvent): Violation | undefined {
    this.#first = undefined
    this.#sawWorld = true
    for (const judge of this.#all.observing(event.type).judges) {
      const found = judge.onWorld?.call(judge.invariant, judge.state, event, this.#ledger)
      if (found !== undefined) this.#report(judge, found)
    }
    return this.#first
  }

  close({ ended }: AuditEnd = {}): Violation | undefined {
    const ledger = this.#ledger
    if (ended ?? ledger.endedSeq > 0) {
      this.#rest()
      for (const judge of this.#all.judges) {
        const found = judge.atEnd?.call(judge.invariant, judge.state, ledger)
        if (found !== undefined) this.#report(judge, found)
      }
    }
    return this.#violations[0]
  }

  end(end?: AuditEnd): AuditReport {
    this.close(end)
    const ledger = this.#ledger
    return {
      ok: this.#violationsCount === 0,
      ended: ledger.endedSeq > 0,
      factsCount: ledger.facts,
      violationsCount: this.#violationsCount,
      violations: this.#violations,
      invariants: this.#all.judges.map((judge) => this.#summary(judge)),
    }
  }

  recall(journal: Iterable<Fact>): Violation | undefined {
    this.#ledger = new LedgerBook()
    for (const judge of this.#factual.judges) judge.state = judge.invariant.initial()
    let first: Violation | undefined
    this.#panel = this.#factual
    for (const fact of journal) {
      this.#all.watching(fact.type).log = this.#log
      const violation = this.feed(fact)
      first ??= violation
    }
    this.#panel = this.#all
    return first
  }

  reset(): void {
    this.#ledger = new LedgerBook()
    this.#violations = []
    this.#violationsCount = 0
    this.#log += 1
    this.#sawWorld = false
    for (const judge of this.#all.judges) {
      judge.state = judge.invariant.initial()
      judge.violations = 0
    }
  }

  #rest(): void {
    for (const judge of this.#panel.quiescent) {
      const found = judge.atQuiescence?.call(judge.invariant, judge.state, this.#ledger)
      if (found !== undefined) this.#report(judge, found)
    }
  }

  #report(judge: Judge, found: Finding): void {
    const violation = { invariant: judge.invariant.id, ...found }
    judge.violations += 1
    this.#violationsCount += 1
    this.#first ??= violation
    if (this.#violations.length < VIOLATIONS_COUNT_MAX) this.#violations.push(violation)
  }

  #summary({ invariant, violations }: Judge): InvariantReport {
    const { id, title } = invariant
    const missing = (invariant.needs ?? []).find((need) => !this.#has(need))
    if (missing !== undefined && violations === 0) {
      return {
        id,
        title,
        verdict: 'not judged',
        reason: `the log holds no ${[missing].flat().join(' or ')}`,
        violations,
      }
    }
    if (invariant.needsWorld === true && !this.#sawWorld && violations === 0) {
      return { id, title, verdict: 'not judged', reason: 'only a simulated world shows it', violations }
    }
    const reason = invariant.blindSpot?.(this.#ledger, this.#sawWorld)
    const verdict = violations > 0 ? 'violated' : 'held'
    return reason === undefined ? { id, title, verdict, violations } : { id, title, verdict, reason, violations }
  }

  #has(need: FactType | readonly FactType[]): boolean {
    const types = typeof need === 'string' ? [need] : need
    return types.some((type) => this.#all.watching(type).log === this.#log)
  }
}
