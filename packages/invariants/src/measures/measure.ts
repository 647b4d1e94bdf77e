import type { Fact, FactType } from '@bosun/core'
import { LedgerBook } from '../ledger/ledger-book.ts'
import { FairShare } from './fair-share.ts'
import { heaviestPath } from './plain-schedule.ts'
import { SlotTime } from './slot-time.ts'

/** How well a run was coordinated, by its facts alone. Times are in ms. */
export interface QualityMeasures {
  readonly tasks: number
  readonly attempts: number
  /** Attempts that could run at the same time: slots, at most the cap on them, at its highest. */
  readonly slots: number
  /** From the first task that was ready to the last outcome. */
  readonly makespanMs: number
  /** T1: slot time of the attempts whose results were accepted. */
  readonly workMs: number
  /** T∞: the longest chain of these attempts, publication included. */
  readonly pathMs: number
  /** max(T1/P, T∞): no schedule of this work is shorter. */
  readonly boundMs: number
  /** Makespan over that bound; 1 is perfect, and so is a run without work. */
  readonly ratio: number
  /** Slot time without an attempt while tasks had no outcome, as far as the cap allowed one. */
  readonly idleMs: number
  /** Time that tasks waited for a slot, summed up. */
  readonly waitMs: number
  /** Slot time of attempts that were failed, lost or revoked. */
  readonly wasteMs: number
  /** From the last sign of life to the loss of the lease, summed up over silent attempts. */
  readonly detectionMs: number
  /** Messages between the manager and its slots that the log shows; a journal lacks the beats. */
  readonly messagesPerTask: number
  /** Messages to the manager and placements. */
  readonly decisionsPerTask: number
  /** Most starts that one queue had more than another while both waited for the same slots. */
  readonly fairnessGap: number
  /** Busy time of the busiest slot less that of the idlest. */
  readonly balanceGapMs: number
  /** Most tasks that waited for a slot at the same time. */
  readonly backlogMax: number
}

const MESSAGES: ReadonlySet<FactType> = new Set([
  'task.assigned',
  'attempt.started',
  'attempt.beat',
  'attempt.progressed',
  'attempt.emitted',
  'task.discovered',
  'attempt.succeeded',
  'attempt.failed',
  'attempt.lost',
  'attempt.revoked',
  'result.quarantined',
])
const DECISIONS: ReadonlySet<FactType> = new Set(['message.delivered', 'task.placed'])

/**
 * Measures one run: for certificates and reports. It judges nothing, and takes any log.
 *
 * @param facts the facts of one run, in order
 *
 * @example
 * const { makespanMs, boundMs } = measure(trace.facts)
 * console.log(`${makespanMs} ms; at least ${boundMs} ms are needed`)
 */
export function measure(facts: Iterable<Fact>): QualityMeasures {
  const tape = new Tape()
  for (const fact of facts) tape.take(fact)
  return tape.read()
}

// ---------------------------------------------------------------------------------------------

class Tape {
  readonly #ledger = new LedgerBook()
  readonly #fair = new FairShare()
  readonly #time = new SlotTime()
  #attempts = 0
  #slots = 0
  #firstAt = -1
  #lastAt = 0
  #idleMs = 0
  #waitMs = 0
  #detectionMs = 0
  #messages = 0
  #decisions = 0
  #backlogMax = 0

  take(fact: Fact): void {
    const ledger = this.#ledger
    if (ledger.unresolved > 0 && fact.at > ledger.at) this.#idleMs += (fact.at - ledger.at) * freeSlots(ledger)
    if (MESSAGES.has(fact.type)) this.#messages += 1
    if (DECISIONS.has(fact.type)) this.#decisions += 1
    this.#takeAttempt(fact)
    const { unresolved } = ledger
    ledger.apply(fact)
    if (this.#firstAt < 0 && ledger.ready > 0) this.#firstAt = fact.at
    if (ledger.unresolved < unresolved) this.#lastAt = fact.at
    this.#slots = Math.max(this.#slots, Math.min(ledger.limits?.slotsMax ?? 0, ledger.free + ledger.leases))
    this.#backlogMax = Math.max(this.#backlogMax, ledger.ready)
  }

  read(): QualityMeasures {
    const ledger = this.#ledger
    const { workMs, wasteMs } = this.#time
    const pathMs = heaviestPath(ledger, ({ status, outcomeAt, assignedAt }) =>
      status === 'succeeded' ? outcomeAt - assignedAt : 0,
    )
    const boundMs = this.#slots === 0 ? pathMs : Math.max(workMs / this.#slots, pathMs)
    const makespanMs = this.#firstAt < 0 ? 0 : Math.max(0, this.#lastAt - this.#firstAt)
    const perTask = Math.max(1, ledger.total)
    return {
      tasks: ledger.total,
      attempts: this.#attempts,
      slots: this.#slots,
      makespanMs,
      workMs,
      pathMs,
      boundMs,
      ratio: boundMs === 0 ? 1 : makespanMs / boundMs,
      idleMs: this.#idleMs,
      waitMs: this.#waitMs,
      wasteMs,
      detectionMs: this.#detectionMs,
      messagesPerTask: this.#messages / perTask,
      decisionsPerTask: this.#decisions / perTask,
      fairnessGap: this.#fair.gap,
      balanceGapMs: this.#time.balanceGapMs(ledger.slots.keys()),
      backlogMax: this.#backlogMax,
    }
  }

  #takeAttempt(fact: Fact): void {
    switch (fact.type) {
      case 'task.assigned':
        this.#attempts += 1
        this.#waitMs += Math.max(0, fact.at - (this.#ledger.task(fact.task)?.readyAt ?? fact.at))
        this.#fair.assigned(fact, this.#ledger)
        return
      case 'attempt.lost':
        if (fact.evidence.clock === 'beat') this.#detectionMs += Math.max(0, fact.at - fact.evidence.lastBeat)
        this.#time.ended(fact, this.#ledger)
        return
      case 'attempt.succeeded':
      case 'attempt.failed':
      case 'attempt.revoked':
        this.#time.ended(fact, this.#ledger)
        return
      default:
    }
  }
}

/** Slots that could take an attempt under the cap. */
function freeSlots({ free, leases, limits }: LedgerBook): number {
  return Math.min(free, Math.max(0, (limits?.slotsMax ?? 0) - leases))
}
