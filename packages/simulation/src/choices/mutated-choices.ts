import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { ChoiceList, Choices } from './choices.ts'
import { FAULT_CODES, LABEL_CODES, type Label } from './labels.ts'
import { RandomChoices } from './random-choices.ts'
import { ReplayedChoices } from './replayed-choices.ts'

/** A saved schedule, some of whose choices are made anew by another source. */
export class MutatedChoices implements Choices {
  readonly #saved: ReplayedChoices
  readonly #fresh: Choices
  readonly #rate: number
  readonly #coin: RandomChoices
  #faultsLeft: number

  /**
   * @param rate the share of the choices that are made anew, from 0 to 1
   * @param seed decides which ones
   */
  constructor(saved: ChoiceList, fresh: Choices, options: { rate: number; seed: number; faultsMax: number }) {
    this.#saved = new ReplayedChoices(saved)
    this.#fresh = fresh
    this.#rate = options.rate
    // Another seed than that of the fresh choices, or only low ones of them would ever be used.
    this.#coin = new RandomChoices({ faultsMax: 0 }).seeded(options.seed ^ 0x5bd1e995)
    this.#faultsLeft = options.faultsMax
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    return this.#source(LABEL_CODES.get(label) as number, a, b, c).pick(label, bound, a, b, c)
  }

  chance(label: Label, probability: number, a = 0, b = 0, c = 0): boolean {
    return this.#source(LABEL_CODES.get(label) as number, a, b, c).chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    if (this.#faultsLeft === 0) return false
    const strikes = this.#source(FAULT_CODES.get(kind) as number, a, b, c).fault(kind, a, b, c)
    if (strikes) this.#faultsLeft -= 1
    return strikes
  }

  #source(code: number, a: number, b: number, c: number): Choices {
    return this.#coin.chance('user', this.#rate, a ^ (code << 16), b, c) ? this.#fresh : this.#saved
  }
}
