import type { Fact, FactOf, FactType } from '@bosun/core'
import type { Ledger } from './ledger/ledger.ts'
import type { WorldEvent, WorldEventType } from './world-event.ts'

/**
 * An invariant is a pure reducer over facts that finds a violation.
 *
 * It sees each fact together with the ledger as it stood *before* that fact, keeps in its own state
 * only what the ledger does not hold, and never throws: a log it cannot judge is no violation.
 * The same definition judges a simulated trace, a live run and a journal.
 */
export interface Invariant<S = unknown, T extends FactType = FactType, C extends string = string> {
  /** The id of the catalogue (`S1`), or one of your own. */
  readonly id: string
  /** Two or three words for lists: `dependencies first`. */
  readonly title: string
  /** What always holds, in one sentence. */
  readonly sentence: string
  /** The ways in which it can break: a name for each, and what then holds no more. */
  readonly clauses: Readonly<Record<C, string>>
  /** The types of fact that it judges; absent: all. Only these are fed to `onFact`. */
  readonly watches?: readonly T[]
  /**
   * Facts without which there is nothing to judge; the report then says so. A list inside the list
   * asks for any one of its types.
   */
  readonly needs?: readonly (FactType | readonly FactType[])[]
  /** Whether only the events of a simulated world show it; in a journal it is then not judged. Default false. */
  readonly needsWorld?: boolean
  /** The types of world event that it judges; absent: all. Only these are fed to `onWorld`. */
  readonly observes?: readonly WorldEventType[]
  /**
   * Whether its state outlives a manager's process: what the world has shown stays true when `recall`
   * forgets what was not stored. The journal is then not fed again, and the state holds ids, not
   * entries. Default: whether there is an `onWorld`.
   */
  readonly outlivesManager?: boolean
  /** A fresh state: an object that the hooks change in place. */
  initial(): S
  /** Called for each watched fact; `ledger` does not contain the fact yet. */
  onFact?(state: S, fact: Extract<Fact, FactOf<T>>, ledger: Ledger): Finding<C> | undefined
  /** Called for each observed event of a simulated world that the facts do not tell of; a journal has none. */
  onWorld?(state: S, event: WorldEvent, ledger: Ledger): Finding<C> | undefined
  /** Called when all facts of one input are in, which is when the kernel's drain has come to rest. */
  atQuiescence?(state: S, ledger: Ledger): Finding<C> | undefined
  /** Called once, after the last fact of a log that is said to be whole. */
  atEnd?(state: S, ledger: Ledger): Finding<C> | undefined
  /**
   * What this log hides from the invariant although it could judge the rest; for the report.
   * `isSimulated`: events of a world were seen.
   */
  blindSpot?(ledger: Ledger, isSimulated: boolean): string | undefined
}

/** What an invariant returns when it is broken. */
export interface Finding<C extends string = string> {
  readonly clause: C
  /** One sentence that a tired human understands. */
  readonly sentence: string
  /** The facts involved, by sequence number, the offending one last. */
  readonly seqs: readonly number[]
}

/** A finding with the id of the invariant that made it. */
export interface Violation extends Finding {
  readonly invariant: string
}

/**
 * Declares an invariant; the types of state, facts and clauses follow from what is written.
 *
 * @example
 * const calm = defineInvariant({
 *   id: 'MY1',
 *   title: 'no cancellation',
 *   sentence: 'This pipeline never cancels a task.',
 *   clauses: { cancelled: 'A task was cancelled.' },
 *   watches: ['task.cancelled'],
 *   initial: () => ({}),
 *   onFact: (_state, fact) => finding('cancelled', `${fact.task} was cancelled by ${fact.by}`, fact.seq),
 * })
 */
export function defineInvariant<S, const T extends FactType, const C extends string>(
  invariant: Invariant<S, T, C>,
): Invariant<S, T, C> {
  return invariant
}

/** A finding; sequence numbers of 0 (volatile or unknown facts) are left out. */
export function finding<const C extends string>(clause: C, sentence: string, ...seqs: readonly number[]): Finding<C> {
  return { clause, sentence, seqs: seqs.filter((seq) => seq > 0) }
}
