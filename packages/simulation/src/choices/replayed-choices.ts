import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choice, ChoiceList, Choices } from './choices.ts'
import { FAULT_CODES, LABEL_CODES, type Label } from './labels.ts'
import { siteKey } from './site.ts'

/** A choice that the schedule did not come by, or that had another number of possibilities. */
export interface Divergence {
  readonly choice: Choice
  readonly why: 'never asked' | 'other bound'
}

/** The choices of a list; everything that it does not name is 0. */
export class ReplayedChoices implements Choices {
  readonly #choices = new Map<number, Choice>()
  readonly #asked = new Set<number>()
  readonly #otherBound = new Set<number>()

  constructor(list: ChoiceList) {
    for (const choice of list) {
      const code = LABEL_CODES.get(choice.label)
      if (code !== undefined) this.#choices.set(siteKey(code, ...choice.site), choice)
    }
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    return this.#value(LABEL_CODES.get(label) as number, bound, a, b, c)
  }

  chance(label: Label, _probability: number, a = 0, b = 0, c = 0): boolean {
    return this.#value(LABEL_CODES.get(label) as number, 2, a, b, c) === 1
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    return this.#value(FAULT_CODES.get(kind) as number, 2, a, b, c) === 1
  }

  /** What of the list the schedule did not use as it was recorded, in the order of the list. */
  divergences(): readonly Divergence[] {
    const found: Divergence[] = []
    for (const [key, choice] of this.#choices) {
      if (!this.#asked.has(key)) found.push({ choice, why: 'never asked' })
      else if (this.#otherBound.has(key)) found.push({ choice, why: 'other bound' })
    }
    return found
  }

  #value(code: number, bound: number, a: number, b: number, c: number): number {
    if (bound <= 1) return 0
    const key = siteKey(code, a, b, c)
    const choice = this.#choices.get(key)
    if (choice === undefined) return 0
    this.#asked.add(key)
    if (choice.bound !== bound) this.#otherBound.add(key)
    return Math.min(choice.value, bound - 1)
  }
}
