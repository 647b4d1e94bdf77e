import type { Fact, Usage } from '@bosun/core'

const NOTHING: Usage = { tokens: 0, costMicros: 0 }

/** What a run has used: that of its tasks, of all their attempts, and that of its planners. */
export interface RunUsage {
  readonly total: Usage
  readonly planners: Usage
  /** Tasks whose attempts have used anything. */
  readonly tasks: Readonly<Record<string, Usage>>
}

/** Sums up what a run has used. An attempt counts when it has ended, whatever became of it. */
export class UsageFold {
  #planners = NOTHING
  readonly #tasks = new Map<string, Usage>()

  take(fact: Fact): void {
    if (fact.type === 'planner.called') {
      const { inputTokens, outputTokens, costMicros } = fact
      this.#planners = sum(this.#planners, { tokens: inputTokens + outputTokens, costMicros })
    } else if (fact.type === 'budget.settled' && !isNothing(fact)) {
      this.#tasks.set(fact.task, sum(this.#tasks.get(fact.task) ?? NOTHING, fact))
    }
  }

  usage(): RunUsage {
    const planners = this.#planners
    return {
      total: [...this.#tasks.values()].reduce(sum, planners),
      planners,
      tasks: Object.fromEntries(this.#tasks),
    }
  }
}

export function isNothing({ tokens, costMicros }: Usage): boolean {
  return tokens === 0 && costMicros === 0
}

/** `12,340 tokens, cost 0.0123`, the cost in the currency of the price table; without prices no cost. */
export function usageText({ tokens, costMicros }: Usage): string {
  const text = tokens === 1 ? '1 token' : `${tokensText(tokens)} tokens`
  return costMicros === 0 ? text : `${text}, cost ${costText(costMicros)}`
}

export function tokensText(tokens: number): string {
  return tokens.toLocaleString('en-US')
}

/** Millionths of a currency in that currency: at least two decimals, and as many as there are. */
export function costText(costMicros: number): string {
  return (costMicros / 1_000_000).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })
}

// ---------------------------------------------------------------------------------------------

function sum(one: Usage, other: Usage): Usage {
  return { tokens: one.tokens + other.tokens, costMicros: one.costMicros + other.costMicros }
}
