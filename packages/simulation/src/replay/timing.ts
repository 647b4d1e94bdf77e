import type { Fact } from '@bosun/core'
import { createAuditor, measure, type QualityMeasures } from '@bosun/invariants'

/** How long things took in one run, in ms. */
export interface Timing extends Pick<QualityMeasures, 'makespanMs' | 'idleMs'> {
  /** The longest that a task which could have run waited for a slot, and which task that was. */
  readonly longestWaitMs: number
  readonly longestWait?: string
}

/** Reads the times of a run out of its facts. A pause counts as waiting: whoever compares strategies sees it in all. */
export function timingOf(facts: readonly Fact[]): Timing {
  const { makespanMs, idleMs } = measure(facts)
  // An auditor without invariants is a book of tasks that is kept up to date.
  const auditor = createAuditor([])
  const longest: { ms: number; task?: string } = { ms: 0 }
  for (const fact of facts) {
    const task = fact.type === 'task.assigned' ? auditor.ledger.task(fact.task) : undefined
    const waitedMs = task === undefined ? 0 : fact.at - Math.max(task.readyAt, task.notBefore)
    if (task !== undefined && waitedMs > longest.ms) Object.assign(longest, { ms: waitedMs, task: task.id })
    auditor.feed(fact)
  }
  const timing = { makespanMs, idleMs, longestWaitMs: longest.ms }
  return longest.task === undefined ? timing : { ...timing, longestWait: longest.task }
}
