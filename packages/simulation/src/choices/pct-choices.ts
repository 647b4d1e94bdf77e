import { seededRandom } from '@bosun/kernel'
import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choices } from './choices.ts'
import type { Label } from './labels.ts'

/** What a schedule by priorities is drawn from. */
export interface PctOptions {
  readonly seed: number
  /** How many orders have to fall in the right way for the bug: one more than priorities change. */
  readonly depth: number
  /** Among how many events the changes are spread. */
  readonly events: number
}

/** Answered with 0, so that much falls into the same ms and is left to the priorities. */
const PLAIN: ReadonlySet<Label> = new Set(['work.model', 'net.delay', 'store.delay'])

/**
 * Orders what happens in the same ms by priorities: each chain of events has one, drawn at random, and
 * the first of the highest chain goes first. At `depth - 1` events, drawn beforehand, the chain that is
 * about to go falls behind all others. All else is left to another source.
 *
 * Source: S. Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs,
 * ASPLOS 2010.
 */
export class PctChoices implements Choices {
  readonly #base: Choices
  readonly #seed: number
  /** The events at which a priority falls; the first leads to the lowest. */
  readonly #changes: readonly number[]
  readonly #priorities = new Map<number, number>()
  #chains: readonly number[] = []
  /** Events so far, and the most chains that there were. */
  events = 0

  constructor(base: Choices, { seed, depth, events }: PctOptions) {
    this.#base = base
    this.#seed = seed
    const random = seededRandom(seed, depth)
    this.#changes = Array.from({ length: depth - 1 }, () => 1 + Math.floor(random() * events))
  }

  /** How many chains of events there were. */
  get chains(): number {
    return this.#priorities.size
  }

  order(chains: readonly number[]): void {
    this.#chains = chains
  }

  pick(label: Label, bound: number, a?: number, b?: number, c?: number): number {
    if (label === 'order.next') return this.#next(bound)
    return PLAIN.has(label) ? 0 : this.#base.pick(label, bound, a, b, c)
  }

  chance(label: Label, probability: number, a?: number, b?: number, c?: number): boolean {
    return PLAIN.has(label) ? false : this.#base.chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a?: number, b?: number, c?: number): boolean {
    return this.#base.fault(kind, a, b, c)
  }

  #next(bound: number): number {
    this.events += 1
    for (const [index, at] of this.#changes.entries()) {
      if (at === this.events) this.#priorities.set(this.#chainOf(this.#highest(bound)), -index - 1)
    }
    return this.#highest(bound)
  }

  #highest(bound: number): number {
    let highest = 0
    for (let index = 1; index < bound; index += 1) {
      if (this.#priorityOf(index) > this.#priorityOf(highest)) highest = index
    }
    return highest
  }

  #priorityOf(index: number): number {
    const chain = this.#chainOf(index)
    const known = this.#priorities.get(chain)
    if (known !== undefined) return known
    const drawn = seededRandom(this.#seed, chain)()
    this.#priorities.set(chain, drawn)
    return drawn
  }

  /** What is possible beyond the events that are planned is a tick, and ticks are a chain of their own. */
  #chainOf(index: number): number {
    return this.#chains[index] ?? 0
  }
}
