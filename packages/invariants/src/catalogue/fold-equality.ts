import type { Fact, TaskStatus } from '@bosun/core'
import { defineInvariant, finding, type Finding, type Invariant } from '../invariant.ts'
import { statusDiffers } from '../ledger/compare-statuses.ts'
import type { TaskEntry } from '../ledger/ledger.ts'

/** A state that someone else folds from the same facts. */
export interface StatusFold {
  apply(fact: Fact): void
  /** The status of a task, or `undefined` for one that it does not know. */
  status(task: string): TaskStatus | undefined
}

interface Comparison {
  readonly fold: StatusFold
  /** The task of the latest fact, whose neighbourhood may have changed. */
  touchedId: string | undefined
}

/**
 * S19 for a fold of your own: at every prefix it must give each task the status that this package's
 * independent fold gives it. After each fact the task it tells of and the tasks that depend on it are
 * compared, at the end of each whole log all of them.
 *
 * @example
 * createAuditor([...coreInvariants, foldEquality(() => kernelFold())])
 */
export function foldEquality(createFold: () => StatusFold): Invariant<Comparison> {
  return defineInvariant({
    id: 'S19-fold',
    title: 'fold equality',
    sentence: 'Folding a prefix of the log gives every task the status that an independent fold gives it.',
    clauses: { status: 'Two folds of the same facts disagree about the status of a task.' },
    initial: (): Comparison => ({ fold: createFold(), touchedId: undefined }),
    onFact(state, fact, ledger): Finding<'status'> | undefined {
      const touched = state.touchedId === undefined ? undefined : ledger.task(state.touchedId)
      let found = touched === undefined ? undefined : compare(state.fold, touched, ledger.seq)
      for (const dependant of touched?.dependants ?? []) found ??= compare(state.fold, dependant, ledger.seq)
      state.fold.apply(fact)
      state.touchedId = subject(fact)
      return found
    },
    atEnd(state, ledger) {
      for (const task of ledger.tasks.values()) {
        const found = compare(state.fold, task, ledger.seq)
        if (found !== undefined) return found
      }
      return undefined
    },
  })
}

// ---------------------------------------------------------------------------------------------

function compare(fold: StatusFold, task: TaskEntry, seq: number): Finding<'status'> | undefined {
  const status = fold.status(task.id)
  if (!statusDiffers(task, status)) return undefined
  const sentence = `after fact ${seq} ${task.id} is ${status ?? 'unknown'} by the fold and ${task.status} by the facts`
  return finding('status', sentence, task.seq, seq)
}

function subject(fact: Fact): string | undefined {
  if (!('task' in fact)) return undefined
  return typeof fact.task === 'string' ? fact.task : fact.task.id
}
