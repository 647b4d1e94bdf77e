import type { TaskStatus } from '@bosun/core'
import { finding, type Violation } from '../invariant.ts'
import type { Ledger, TaskEntry } from './ledger.ts'

/**
 * Whether a live status contradicts the facts.
 *
 * Two differences are none: while the consequence of an ended attempt is not in the log yet, either
 * reading is right; and `retrying` becomes `ready` by time alone, without a fact.
 */
export function statusDiffers(task: TaskEntry, status: TaskStatus | undefined): boolean {
  if (status === task.status || task.undecided !== undefined) return false
  if (status === 'ready') return task.status !== 'retrying'
  return true
}

/**
 * Compares the status of each task at hand with the one that follows from the facts: the clause of
 * S19 that the log alone cannot judge.
 *
 * @param ledger of an auditor that was fed the same prefix
 * @param live the status of a task in the state under test
 */
export function compareStatuses(ledger: Ledger, live: (task: string) => TaskStatus | undefined): Violation | undefined {
  for (const task of ledger.tasks.values()) {
    const status = live(task.id)
    if (!statusDiffers(task, status)) continue
    const sentence = `after fact ${ledger.seq} ${task.id} is ${status ?? 'unknown'} in the live state and ${task.status} by the facts`
    return { invariant: 'S19', ...finding('status', sentence, task.seq, ledger.seq) }
  }
  return undefined
}
