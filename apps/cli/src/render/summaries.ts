import type { Fact, FactOf, Json } from '@bosun/core'
import { beginningOf } from './printable.ts'

type RunEnd = FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'>

/** Levels of a result that are looked through. */
const DEPTH_MAX = 4
/** Characters of a summary that are kept; it is one sentence. */
const LENGTH_MAX = 1000

/**
 * Finds the sentence that the result of a run says of itself: the field `summary`, a text, nearest to
 * the top of the final result; else that of the one task that no other depends on. Of several such
 * tasks none speaks for the run.
 */
export class Summaries {
  readonly #byTask = new Map<string, string>()
  readonly #dependedOn = new Set<string>()
  readonly #last = new Set<string>()

  take(fact: Fact): void {
    if (fact.type === 'task.added') {
      for (const id of fact.task.dependsOn ?? []) {
        this.#dependedOn.add(id)
        this.#last.delete(id)
      }
      if (!this.#dependedOn.has(fact.task.id)) this.#last.add(fact.task.id)
    } else if (fact.type === 'attempt.succeeded') {
      const summary = summaryOf(fact.result)
      if (summary !== undefined) this.#byTask.set(fact.task, summary)
    }
  }

  of(end: RunEnd | undefined): string | undefined {
    const found = end !== undefined && 'result' in end ? nearestSummary(end.result) : undefined
    const [last, ...others] = this.#last
    return found ?? (last === undefined || others.length > 0 ? undefined : this.#byTask.get(last))
  }
}

// ---------------------------------------------------------------------------------------------

function summaryOf(value: Json): string | undefined {
  if (!isObject(value)) return undefined
  const { summary } = value
  return typeof summary === 'string' && summary !== '' ? beginningOf(summary, LENGTH_MAX) : undefined
}

/** Level by level. Lists are not entered: what one of many says is not said of the whole. */
function nearestSummary(root: Json): string | undefined {
  let level: readonly Json[] = [root]
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    for (const value of level) {
      const summary = summaryOf(value)
      if (summary !== undefined) return summary
    }
    level = level.flatMap((value) => (isObject(value) ? Object.values(value) : []))
  }
  return undefined
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
