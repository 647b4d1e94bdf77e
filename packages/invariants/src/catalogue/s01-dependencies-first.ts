import { defineInvariant, finding } from '../invariant.ts'

/**
 * Judged at the assignment, since the lease is held from there on. What a dependency left behind is
 * visible once its outputs are published, hence the second clause.
 */
export const dependenciesFirst = defineInvariant({
  id: 'S1',
  title: 'dependencies first',
  sentence: 'A task is assigned only after every task it depends on has succeeded and its outputs are published.',
  clauses: {
    dependency: 'A task was assigned before one of its dependencies had succeeded.',
    visible: 'A task succeeded, and so freed its dependants, before its declared outputs were published.',
  },
  watches: ['task.assigned', 'task.succeeded'],
  initial: () => ({}),
  onFact(_state, fact, ledger) {
    const task = ledger.task(fact.task)
    if (task === undefined) return undefined
    if (fact.type === 'task.succeeded') {
      if (!task.outputsDue || task.publishedSeq > 0) return undefined
      const sentence = `${task.id} succeeded although the outputs of attempt ${task.acceptedEpoch} were not published`
      return finding('visible', sentence, task.acceptedSeq, fact.seq)
    }
    if (task.unmet === 0) return undefined
    for (const id of task.spec.dependsOn ?? []) {
      const dependency = ledger.tasks.get(id)
      if (dependency?.status === 'succeeded') continue
      const status = dependency === undefined ? 'not in the log' : dependency.status
      const sentence = `${task.id} was assigned although its dependency ${id} is ${status}`
      return finding('dependency', sentence, task.seq, dependency?.seq ?? 0, fact.seq)
    }
    return undefined
  },
})
