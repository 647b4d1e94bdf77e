import { FAULT_KINDS, type FaultKind } from '../faults/fault-catalogue.ts'
import type { Choices } from './choices.ts'
import { LABEL_CODES, type Label } from './labels.ts'

/** How likely a fault is, each time it could strike, once a schedule knows it at all. */
const WEIGHTS = [0.02, 0.1, 0.4]
/** Shares of the kinds that one schedule knows: few at a time, so that the others do not drown what they find. */
const KINDS_SHARES = [0.03, 0.08, 0.25]

const KIND_INDEX = new Map<FaultKind, number>(FAULT_KINDS.map((kind, index) => [kind, index]))

/** What a random source may inject. */
export interface FaultScope {
  /** Faults of one schedule at most; how many it is, is drawn. Default 6. */
  readonly faultsMax?: number
  /** Which may strike. Default: all. */
  readonly faults?: readonly FaultKind[]
}

/**
 * Choices drawn at random: each follows from the seed and from where it falls, and from nothing
 * else, so that one that is changed leaves all the others as they were.
 *
 * Faults come as a swarm: each schedule knows some of the kinds, with weights of its own, and at
 * most a drawn number of them strike.
 *
 * Source: A. Groce et al., Swarm Testing, ISSTA 2012.
 *
 * @example
 * const end = createSimulator(setting).run(randomChoices(42))
 */
export function randomChoices(seed: number, scope: FaultScope = {}): Choices {
  return new RandomChoices(scope).seeded(seed)
}

/** The same for loops: one object for any number of schedules. */
export class RandomChoices implements Choices {
  readonly #faultsMax: number
  readonly #kinds: readonly number[]
  readonly #weights = new Float64Array(FAULT_KINDS.length)
  #seed = 0
  #faultsLeft = 0

  constructor({ faultsMax = 6, faults = FAULT_KINDS }: FaultScope = {}) {
    this.#faultsMax = faultsMax
    this.#kinds = faults.map((kind) => KIND_INDEX.get(kind) as number)
  }

  /** Begins the schedule of a seed. */
  seeded(seed: number): this {
    this.#seed = Math.imul(seed ^ (seed >>> 16) ^ Math.floor(seed / 0x100000000), 0x9e3779b1)
    this.#faultsLeft = Math.floor(fraction(mix(this.#seed, 250, 0, 0)) * (this.#faultsMax + 1))
    const share = KINDS_SHARES[mix(this.#seed, 249, 0, 0) % KINDS_SHARES.length] as number
    for (const kind of this.#kinds) {
      const drawn = mix(this.#seed, 251, kind, 0)
      const knows = fraction(drawn) < share
      this.#weights[kind] = knows ? (WEIGHTS[mix(this.#seed, 252, kind, 0) % WEIGHTS.length] as number) : 0
    }
    return this
  }

  pick(label: Label, bound: number, a = 0, b = 0, c = 0): number {
    if (bound <= 1) return 0
    return Math.floor(fraction(mix(this.#seed, LABEL_CODES.get(label) as number, a & 0xffff, within(b, c))) * bound)
  }

  chance(label: Label, probability: number, a = 0, b = 0, c = 0): boolean {
    if (probability <= 0) return false
    return fraction(mix(this.#seed, LABEL_CODES.get(label) as number, a & 0xffff, within(b, c))) < probability
  }

  fault(kind: FaultKind, a = 0, b = 0, c = 0): boolean {
    if (this.#faultsLeft === 0) return false
    const index = KIND_INDEX.get(kind) as number
    const weight = this.#weights[index] as number
    if (weight === 0 || fraction(mix(this.#seed, 128 + index, a & 0xffff, within(b, c))) >= weight) return false
    this.#faultsLeft -= 1
    return true
  }
}

/** The finaliser of MurmurHash3 over the parts of a site. */
function mix(seed: number, code: number, a: number, b: number): number {
  let hash = seed ^ Math.imul(code + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ a, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The rest of a site, as far as a record keeps it. */
function within(b: number, c: number): number {
  return ((b & 0xff) << 16) | (c & 0xffff)
}

function fraction(hash: number): number {
  return hash / 4294967296
}
