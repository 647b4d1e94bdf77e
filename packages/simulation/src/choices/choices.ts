import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Label } from './labels.ts'

/**
 * Where everything that can vary is decided: graph, durations, arrival order, faults and the random
 * draws of a subject. A schedule is a pure function of its subject and its choices.
 *
 * A choice is named by its label and by up to three numbers that say where it falls (a task, an
 * epoch, the n-th time), so that it keeps its name when another one is dropped. 0 is always the
 * plainest possibility: an empty list of choices is the smallest world without a fault.
 */
export interface Choices {
  /** One of `bound` possibilities, from 0. With one possibility nothing is chosen. */
  pick(label: Label, bound: number, a?: number, b?: number, c?: number): number
  /** Whether something happens that has this probability when choices are drawn at random. */
  chance(label: Label, probability: number, a?: number, b?: number, c?: number): boolean
  /** Whether a fault strikes here. How many do, and of which kinds, is the business of the source. */
  fault(kind: FaultKind, a?: number, b?: number, c?: number): boolean
  /**
   * Told before `order.next` is picked: which chain of causes each of the possible events belongs to.
   * Only a source that orders by chains has it.
   */
  order?(chains: readonly number[]): void
}

/** One choice that was made otherwise than 0. */
export interface Choice {
  /** A label of `LABELS`, or `fault.` and a kind. */
  readonly label: string
  /** Where it fell. */
  readonly site: readonly [a: number, b: number, c: number]
  readonly bound: number
  readonly value: number
}

/** The choices of one schedule in the order in which they were first asked for; those of value 0 are left out. */
export type ChoiceList = readonly Choice[]
