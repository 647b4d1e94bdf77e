import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { ChoiceList, Choices } from './choices.ts'
import { FAULT_CODES, LABEL_CODES, LABELS, type Label } from './labels.ts'
import { ReplayedChoices } from './replayed-choices.ts'
import { siteKey } from './site.ts'

/** Which schedules are enumerated. */
export interface EnumerationBounds {
  /** What is chosen where nothing is varied: the scenario. Default: nothing, so 0 everywhere. */
  readonly base?: ChoiceList
  /** The labels that are varied, each with how many of its possibilities at most. */
  readonly varied: Partial<Record<Label, number>>
  /** How many of these choices of a schedule are other than 0. Default: all may be. */
  readonly deviationsMax?: number
  /** How many events of a schedule are disturbed: from there on nothing is varied and no fault strikes. */
  readonly eventsMax: number
  /** How many faults strike in one schedule, each of them wherever it can. */
  readonly faultsMax: number
  readonly faults: readonly FaultKind[]
}

const EVENT: Label = 'order.next'

/**
 * All schedules within bounds, one after the other: an odometer over the choices in the order in which
 * a schedule asks for them. What lies beyond the bounds is as in the base.
 *
 * @example
 * const choices = new EnumeratedChoices({ varied: { 'order.next': 4 }, eventsMax: 12, faultsMax: 1, faults })
 * while (choices.next()) simulator.run(choices)
 */
export class EnumeratedChoices implements Choices {
  readonly #base: ReplayedChoices
  readonly #variedMax = new Map<Label, number>()
  /** The kinds that may strike, with their codes. */
  readonly #faults: ReadonlyMap<FaultKind, number>
  readonly #deviationsMax: number
  readonly #eventsMax: number
  readonly #faultsMax: number
  /** The wheels of the odometer: how many possibilities each choice has, and which one is chosen. */
  readonly #bounds: number[] = []
  readonly #values: number[] = []
  /** What was answered in this schedule, for whoever asks again. */
  readonly #answers = new Map<number, number>()
  readonly #struck = new Set<number>()
  #asked = 0
  #events = 0
  #deviationsCount = 0
  #faultsCount = 0
  #hasBegun = false

  constructor({ base = [], varied, deviationsMax = Infinity, eventsMax, faultsMax, faults }: EnumerationBounds) {
    this.#base = new ReplayedChoices(base)
    this.#faults = new Map(faults.map((kind) => [kind, FAULT_CODES.get(kind) as number]))
    this.#deviationsMax = deviationsMax
    this.#eventsMax = eventsMax
    this.#faultsMax = faultsMax
    for (const label of LABELS) if (varied[label] !== undefined) this.#variedMax.set(label, varied[label])
  }

  /** Goes on to the next schedule; false when there is none. */
  next(): boolean {
    if (this.#hasBegun && !this.#turn()) return false
    this.#hasBegun = true
    this.again()
    return true
  }

  /** Begins the same schedule anew. */
  again(): this {
    this.#answers.clear()
    this.#struck.clear()
    this.#asked = 0
    this.#events = 0
    this.#deviationsCount = 0
    this.#faultsCount = 0
    return this
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    if (label === EVENT) this.#events += 1
    if (bound <= 1) return 0
    const most = this.#variedMax.get(label)
    if (most === undefined) return this.#base.pick(label, bound, a, b, c)
    const key = siteKey(LABEL_CODES.get(label) as number, a, b, c)
    const known = this.#answers.get(key)
    if (known !== undefined) return Math.min(known, bound - 1)
    const isVaried = most > 1 && this.#events <= this.#eventsMax && this.#deviationsCount < this.#deviationsMax
    const value = isVaried ? this.#wheel(Math.min(bound, most)) : 0
    this.#answers.set(key, value)
    if (value !== 0) this.#deviationsCount += 1
    return value
  }

  chance(label: Label, probability: number, a = 0, b = 0, c = 0): boolean {
    if (this.#variedMax.has(label)) return this.pick(label, 2, a, b, c) === 1
    return this.#base.chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    const code = this.#faults.get(kind)
    if (code === undefined) return false
    if (this.#faultsCount > 0 && this.#struck.has(siteKey(code, a, b, c))) return true
    if (this.#faultsCount >= this.#faultsMax || this.#events > this.#eventsMax || this.#wheel(2) === 0) return false
    this.#struck.add(siteKey(code, a, b, c))
    this.#faultsCount += 1
    return true
  }

  #wheel(bound: number): number {
    const index = this.#asked
    this.#asked += 1
    if (index === this.#values.length) {
      this.#bounds.push(bound)
      this.#values.push(0)
    }
    return this.#values[index] as number
  }

  /** Turns the last wheel that can go on; those behind it begin anew. */
  #turn(): boolean {
    const [bounds, values] = [this.#bounds, this.#values]
    while (values.length > 0) {
      const last = values.length - 1
      const value = (values[last] as number) + 1
      if (value < (bounds[last] as number)) {
        values[last] = value
        return true
      }
      values.pop()
      bounds.pop()
    }
    return false
  }
}
