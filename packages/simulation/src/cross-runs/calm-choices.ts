import type { FaultKind } from '../faults/fault-catalogue.ts'
import type { Choices } from '../choices/choices.ts'
import type { Label } from '../choices/labels.ts'

/** Choices by which time or chance could decide how a task ends, or how often it is tried. */
const FICKLE: ReadonlySet<Label> = new Set([
  'config.failure',
  'config.tokens',
  'config.timeout',
  'config.tasks',
  'config.depth',
  'config.fan-out',
  'config.progress',
  'config.queue',
  'config.hedge',
  'config.waive',
  'config.wall',
  'task.timeout',
  'workers.effects',
  'manager.whim',
  'manager.group',
  'manager.asks',
  'group.policy',
] as const)

/** What is otherwise than the source has it. */
export interface CalmVariation {
  /** These labels are all 0. */
  readonly without?: ReadonlySet<Label>
  /** Faults that may strike, each at a third of its places. Default: none. */
  readonly faults?: ReadonlySet<FaultKind>
}

/**
 * Another source's scenario in which nothing but the order of things can vary: no whims, no limits
 * that time or chance could run into, no faults but the named ones. Two such runs must end alike.
 */
export class CalmChoices implements Choices {
  readonly #base: Choices
  readonly #variation: CalmVariation

  constructor(base: Choices, variation: CalmVariation = {}) {
    this.#base = base
    this.#variation = variation
  }

  pick(label: Label, bound: number, a?: number, b?: number, c?: number): number {
    return this.#isPlain(label) ? 0 : this.#base.pick(label, bound, a, b, c)
  }

  chance(label: Label, probability: number, a?: number, b?: number, c?: number): boolean {
    return !this.#isPlain(label) && this.#base.chance(label, probability, a, b, c)
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    if (this.#variation.faults?.has(kind) !== true) return false
    return this.#base.chance('cross', 0.3, a, b, FAULT_SITE + (kind === 'assign-duplicated' ? 0 : 1 + c))
  }

  #isPlain(label: Label): boolean {
    return FICKLE.has(label) || this.#variation.without?.has(label) === true
  }
}

/** Apart from the sites by which a comparison itself is drawn. */
const FAULT_SITE = 16
