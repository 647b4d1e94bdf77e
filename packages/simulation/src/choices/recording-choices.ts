import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choice, ChoiceList, Choices } from './choices.ts'
import { LABEL_CODES, type Label } from './labels.ts'
import { siteKey } from './site.ts'

/** Passes another source on and keeps what it chose. */
export class RecordingChoices implements Choices {
  readonly #source: Choices
  readonly #list: Choice[] = []
  readonly #seen = new Set<number>()

  constructor(source: Choices) {
    this.#source = source
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    const value = this.#source.pick(label, bound, a, b, c)
    if (value !== 0) this.#keep(label, bound, value, a, b, c)
    return value
  }

  chance(label: Label, probability: number, a = 0, b = 0, c = 0): boolean {
    const happens = this.#source.chance(label, probability, a, b, c)
    if (happens) this.#keep(label, 2, 1, a, b, c)
    return happens
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    const strikes = this.#source.fault(kind, a, b, c)
    if (strikes) this.#keep(`fault.${kind}`, 2, 1, a, b, c)
    return strikes
  }

  order(chains: readonly number[]): void {
    this.#source.order?.(chains)
  }

  list(): ChoiceList {
    return this.#list
  }

  #keep(label: string, bound: number, value: number, a: number, b: number, c: number): void {
    const site = [a & 0xffff, b & 0xff, c & 0xffff] as const
    const key = siteKey(LABEL_CODES.get(label) as number, ...site)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#list.push({ label, site, bound, value })
  }
}
