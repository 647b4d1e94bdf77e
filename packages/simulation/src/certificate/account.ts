import type { GraphRun } from './run-graph.ts'
import { longestPath, workAndPath } from './timed-task.ts'

/** Where the time of one measured run went, in ms of a slot unless said otherwise. */
export interface Account {
  /** Whether every task succeeded; else nothing of the rest is judged. */
  readonly isWhole: boolean
  readonly makespanMs: number
  /** T1 and T∞ of the attempts whose results were accepted. */
  readonly workMs: number
  readonly pathMs: number
  /** W: slot time of attempts whose results were not accepted, until their slots were free again. */
  readonly wasteMs: number
  /** D: what such attempts and the backoffs after them added to the longest path. */
  readonly delayMs: number
  /** From the true end of each silent host to the loss of its attempt. */
  readonly detectionMs: readonly number[]
  /** Longest that a greedy schedule can take: (T1 + W)/P + (1 - 1/P) T∞ + D. */
  readonly boundMs: number
  /** Tokens spent beyond those of the run. */
  readonly overspent: number
}

/**
 * Accounts for a run on equal slots.
 *
 * The bound is that of R. L. Graham and R. P. Brent with faults: while a slot is free although not
 * all is done, some task of the longest path is being done, is being redone, or waits for a retry.
 */
export function accountOf({ tasks, slots, facts, silentSince }: GraphRun): Account {
  const assignedAt = new Map<string, number>()
  const wasted = new Map<string, number>()
  const waited = new Map<string, number>()
  const detectionMs: number[] = []
  let [makespanMs, succeeded, spent, tokensMax] = [0, 0, 0, 0]
  const add = (to: Map<string, number>, task: string, ms: number) => to.set(task, (to.get(task) ?? 0) + ms)
  for (const fact of facts) {
    switch (fact.type) {
      case 'run.started':
        tokensMax = fact.config.limits.tokensMax
        break
      case 'task.assigned':
        assignedAt.set(`${fact.task}@${fact.epoch}`, fact.at)
        break
      case 'attempt.lost':
      case 'attempt.failed': {
        const attempt = `${fact.task}@${fact.epoch}`
        add(wasted, fact.task, fact.at - (assignedAt.get(attempt) ?? fact.at))
        const since = silentSince.get(attempt)
        if (since !== undefined) detectionMs.push(fact.at - since)
        break
      }
      case 'task.retried':
        add(waited, fact.task, fact.notBefore - fact.at)
        break
      case 'task.succeeded':
        makespanMs = fact.at
        succeeded += 1
        break
      case 'budget.settled':
        spent += fact.tokens
        break
      default:
    }
  }
  const { workMs, pathMs } = workAndPath(tasks)
  const share = 1 - 1 / slots
  const slowed = longestPath(
    tasks,
    ({ id, durationMs }) => share * (durationMs + (wasted.get(id) ?? 0)) + (waited.get(id) ?? 0),
  )
  const wasteMs = [...wasted.values()].reduce((sum, ms) => sum + ms, 0)
  const delayMs = slowed - share * pathMs
  return {
    isWhole: succeeded === tasks.length,
    makespanMs,
    workMs,
    pathMs,
    wasteMs,
    delayMs,
    detectionMs,
    boundMs: (workMs + wasteMs) / slots + share * pathMs + delayMs,
    overspent: Math.max(0, spent - tokensMax),
  }
}
