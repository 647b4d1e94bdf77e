import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choices } from '../choices/choices.ts'
import { LABEL_CODES, type Label } from '../choices/labels.ts'
import { RandomChoices, type FaultScope } from '../choices/random-choices.ts'

/** The share of the labels that are left at 0 throughout a schedule. */
const PLAIN_SHARE = 0.75
const TASKS_MAX = 3

/** Random choices of small and plain worlds: of most labels nothing is chosen, and tasks are few. */
export class SparseChoices implements Choices {
  readonly #random: RandomChoices
  readonly #coin = new RandomChoices({ faultsMax: 0 })

  constructor(scope: FaultScope) {
    this.#random = new RandomChoices(scope)
  }

  /** Begins the schedule of a seed. */
  seeded(seed: number): this {
    this.#random.seeded(seed)
    this.#coin.seeded(seed)
    return this
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    if (label === 'graph.size') return this.#random.pick(label, Math.min(bound, TASKS_MAX), a, b, c)
    return this.#isPlain(label) ? 0 : this.#random.pick(label, bound, a, b, c)
  }

  chance(label: Label, probability: number, a = 0, b = 0, c = 0): boolean {
    return !this.#isPlain(label) && this.#random.chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    return this.#random.fault(kind, a, b, c)
  }

  #isPlain(label: Label): boolean {
    return this.#coin.chance('user', PLAIN_SHARE, LABEL_CODES.get(label) as number)
  }
}
