import { measure, type QualityMeasures } from '@bosun/invariants'
import type { GraphRun } from './run-graph.ts'
import { longestPath } from './timed-task.ts'

/** Where the time of one measured run went. */
export interface Account extends QualityMeasures {
  /** Whether every task succeeded; else its times are not judged. */
  readonly isWhole: boolean
  /** D: what attempts that were lost and the backoffs after them added to the longest path, in ms. */
  readonly delayMs: number
  /** Longest that a greedy schedule can take: (T1 + W)/P + (1 - 1/P) T∞ + D, in ms. */
  readonly greedyMs: number
  /** From the true end of each silent host to the loss of its attempt, in ms. */
  readonly detectionsMs: readonly number[]
  /** Tokens spent beyond those of the run. */
  readonly overspent: number
}

/**
 * Accounts for a run on equal slots.
 *
 * The bound is that of R. L. Graham and R. P. Brent with faults: while a slot is free although not
 * all is done, some task of the longest path is being done, is being redone, or waits for a retry.
 */
export function accountOf(run: GraphRun): Account {
  const { tasks, slots, facts } = run
  const measures = measure(facts)
  const { workMs, wasteMs, pathMs } = measures
  const { addedMs, detectionsMs, succeeded, overspent } = readFaults(run)
  const share = 1 - 1 / slots
  const delayMs =
    longestPath(tasks, ({ id, durationMs }) => share * durationMs + (addedMs.get(id) ?? 0)) - share * pathMs
  return {
    ...measures,
    isWhole: succeeded === tasks.length,
    delayMs,
    greedyMs: (workMs + wasteMs) / slots + share * pathMs + delayMs,
    detectionsMs,
    overspent,
  }
}

// ---------------------------------------------------------------------------------------------

/** What faults put on each task, and what they cost beside time. */
function readFaults({ slots, facts, silentSince }: GraphRun) {
  const addedMs = new Map<string, number>()
  const detectionsMs: number[] = []
  const assignedAt = new Map<string, number>()
  let [succeeded, spent, tokensMax] = [0, 0, 0]
  const add = (task: string, ms: number) => addedMs.set(task, (addedMs.get(task) ?? 0) + ms)
  for (const fact of facts) {
    switch (fact.type) {
      case 'run.started':
        ;({ tokensMax } = fact.config.limits)
        break
      case 'task.assigned':
        assignedAt.set(fact.task, fact.at)
        break
      case 'attempt.lost':
      case 'attempt.failed': {
        add(fact.task, (1 - 1 / slots) * (fact.at - (assignedAt.get(fact.task) ?? fact.at)))
        const since = silentSince.get(`${fact.task}@${fact.epoch}`)
        if (since !== undefined) detectionsMs.push(fact.at - since)
        break
      }
      case 'task.retried':
        add(fact.task, fact.notBefore - fact.at)
        break
      case 'task.succeeded':
        succeeded += 1
        break
      case 'budget.settled':
        spent += fact.tokens
        break
      default:
    }
  }
  return { addedMs, detectionsMs, succeeded, overspent: Math.max(0, spent - tokensMax) }
}
