import type { Fact, FactOf, FactType } from '@bosun/core'
import type { Ledger } from '../ledger/ledger.ts'
import type { WorldEvent, WorldEventType } from '../world-event.ts'

/**
 * Something that a campaign has to meet at least once, or it proves less than it seems to. It is
 * shaped as an invariant is, sees the same, and says when it is reached.
 */
export interface Goal<S = unknown, T extends FactType = FactType> {
  /** Words with dashes: `late-result-refused`. */
  readonly id: string
  /** What has to happen, in one sentence. */
  readonly sentence: string
  /** The types of fact that can reach it; absent: all. Only these are fed to `onFact`. */
  readonly watches?: readonly T[]
  /** The types of world event that it asks for; absent: all. Only these are fed to `onWorld`. */
  readonly observes?: readonly WorldEventType[]
  /** A fresh state for each log: an object that the hooks change in place. */
  initial(): S
  /** Whether this fact reaches it; `ledger` does not contain the fact yet. */
  onFact?(state: S, fact: Extract<Fact, FactOf<T>>, ledger: Ledger): boolean
  /** Whether this event reaches it. */
  onWorld?(state: S, event: WorldEvent, ledger: Ledger): boolean
}

/** Declares a goal; the types of state and facts follow from what is written. */
export function defineGoal<S, const T extends FactType>(goal: Goal<S, T>): Goal<S, T> {
  return goal
}
