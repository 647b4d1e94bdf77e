import type { Fact } from '@bosun/core'

/** What tasks of one type have taken, each with all of its attempts. */
export interface TypeHistory {
  /** Tasks that succeeded. */
  readonly tasks: number
  /** Time that they held a slot. */
  readonly ms: Spread
  readonly tokens: Spread
  readonly costMicros: Spread
}

/** Half took at most the median, nine of ten at most the p90. */
export interface Spread {
  readonly median: number
  readonly p90: number
}

interface Sample {
  ms: number
  tokens: number
  costMicros: number
}

/**
 * Sums up what tasks of former runs have taken, by their types. Tasks that did not succeed are left out:
 * how long they would have taken, nobody knows.
 */
export class RunHistory {
  readonly #byType = new Map<string, Sample[]>()
  /** Of the run at hand. */
  #types = new Map<string, string>()
  #samples = new Map<string, Sample>()
  #assignedAt = new Map<string, number>()

  /** Takes the facts of one run after the other, each from its beginning. */
  take(fact: Fact): void {
    switch (fact.type) {
      case 'run.started':
        this.#types = new Map()
        this.#samples = new Map()
        this.#assignedAt = new Map()
        break
      case 'task.added':
        this.#types.set(fact.task.id, fact.task.type)
        break
      case 'task.assigned':
        this.#assignedAt.set(fact.task, fact.at)
        break
      case 'attempt.succeeded':
      case 'attempt.failed':
      case 'attempt.lost':
      case 'attempt.revoked':
        this.#sampleOf(fact.task).ms += fact.at - (this.#assignedAt.get(fact.task) ?? fact.at)
        break
      case 'budget.settled': {
        const sample = this.#sampleOf(fact.task)
        sample.tokens += fact.tokens
        sample.costMicros += fact.costMicros
        break
      }
      case 'task.succeeded':
        this.#keep(fact.task)
        break
      default:
    }
  }

  /** Types of which there is anything. */
  get types(): ReadonlySet<string> {
    return new Set(this.#byType.keys())
  }

  of(type: string): TypeHistory | undefined {
    const samples = this.#byType.get(type)
    if (samples === undefined) return undefined
    const spread = (part: keyof Sample) => spreadOf(samples.map((sample) => sample[part]))
    return { tasks: samples.length, ms: spread('ms'), tokens: spread('tokens'), costMicros: spread('costMicros') }
  }

  #sampleOf(task: string): Sample {
    const known = this.#samples.get(task)
    if (known !== undefined) return known
    const sample = { ms: 0, tokens: 0, costMicros: 0 }
    this.#samples.set(task, sample)
    return sample
  }

  #keep(task: string): void {
    const type = this.#types.get(task)
    if (type === undefined) return
    const samples = this.#byType.get(type)
    if (samples === undefined) this.#byType.set(type, [this.#sampleOf(task)])
    else samples.push(this.#sampleOf(task))
  }
}

/** By the nearest rank, so that each is a value that there was. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { median: rank(0.5), p90: rank(0.9) }
}
