import { isOutcome } from '@bosun/core'
import { defineInvariant, finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'

export const failurePropagation = defineInvariant({
  id: 'S11',
  title: 'failure propagation',
  sentence: 'A task is skipped when, and only when, something it depends on has finally not succeeded.',
  clauses: {
    early: 'A task was skipped because of one that had no outcome yet.',
    cause: 'A task was skipped because of one that it does not depend on, or that succeeded.',
    outcome: 'A skipped task tells another outcome than that of its cause.',
    left: 'A task was left waiting for one that finally did not succeed.',
  },
  watches: ['task.skipped'],
  initial: () => ({ reported: undefined as TaskEntry | undefined }),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    const cause = ledger.tasks.get(fact.because)
    if (cause !== undefined && !isOutcome(cause.status)) {
      const sentence = `${task.id} was skipped because of ${cause.id}, which was still ${cause.status}`
      return finding('early', sentence, cause.seq, fact.seq)
    }
    if (cause === undefined || cause.status === 'succeeded' || !dependsOn(task, cause, ledger)) {
      const why =
        cause === undefined
          ? 'is not a task'
          : cause.status === 'succeeded'
            ? 'succeeded'
            : 'is not among what it needs'
      return finding('cause', `${task.id} was skipped because of ${fact.because}, which ${why}`, fact.seq)
    }
    if (fact.outcome === cause.status || (cause.status === 'skipped' && fact.outcome === cause.becauseOutcome)) {
      return undefined
    }
    const sentence = `${task.id} was skipped because ${cause.id} was ${fact.outcome}, but it was ${cause.status}`
    return finding('outcome', sentence, cause.outcomeSeq, fact.seq)
  },
  atQuiescence(state, ledger) {
    if (ledger.doomed.size === 0) return undefined
    const [task] = ledger.doomed
    if (task === undefined || task === state.reported) return undefined
    state.reported = task
    const culprit = (task.spec.dependsOn ?? [])
      .map((id) => ledger.tasks.get(id))
      .find((dependency) => dependency !== undefined && dependency.outcomeSeq > 0 && dependency.status !== 'succeeded')
    const sentence = `${task.id} was left ${task.status} although ${culprit?.id ?? 'a dependency'} is ${culprit?.status ?? 'not succeeded'}`
    return finding('left', sentence, task.seq, culprit?.outcomeSeq ?? 0)
  },
})

// ---------------------------------------------------------------------------------------------

/** The cause may be a direct dependency or the root behind one that was skipped itself. */
function dependsOn(task: TaskEntry, cause: TaskEntry, ledger: Ledger): boolean {
  return (task.spec.dependsOn ?? []).some((id) => id === cause.id || ledger.tasks.get(id)?.because === cause.id)
}
