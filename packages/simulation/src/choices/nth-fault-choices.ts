import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choices } from './choices.ts'
import type { Label } from './labels.ts'

/** Another source's choices, in which one more fault strikes: the n-th time that it could. */
export class NthFaultChoices implements Choices {
  readonly #base: Choices
  readonly #kind: FaultKind
  #left: number

  /** @param nth from 1 */
  constructor(base: Choices, kind: FaultKind, nth: number) {
    this.#base = base
    this.#kind = kind
    this.#left = nth
  }

  /** Whether the schedule came as far as the fault. */
  get hasStruck(): boolean {
    return this.#left <= 0
  }

  pick(label: Label, bound: number, a?: number, b?: number, c?: number): number {
    return this.#base.pick(label, bound, a, b, c)
  }

  chance(label: Label, probability: number, a?: number, b?: number, c?: number): boolean {
    // A comparison with a plainer run would take place without the fault.
    return label !== 'cross' && this.#base.chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a?: number, b?: number, c?: number): boolean {
    if (kind !== this.#kind) return this.#base.fault(kind, a, b, c)
    this.#left -= 1
    return this.#left === 0
  }
}
