import { isOutcome, type CancelScope, type Task } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { Ledger, TaskEntry } from '../ledger/ledger.ts'

type Clause = 'swept' | 'work' | 'spawn'

interface Cancelled {
  /** Scopes that the input at hand cancels; judged when all of its facts are in. */
  asked: { scope: CancelScope; seq: number }[]
  /** Tasks inside a cancelled subtree, with the decision that closed it: nothing is added below them. */
  readonly closed: Map<TaskEntry, number>
  /** Tasks inside a cancelled group, with the decision. */
  readonly ended: Map<TaskEntry, number>
  /** Groups that were cancelled, with the decision. */
  readonly groups: Map<string, number>
  /** The decision that cancelled the whole run; 0 while there is none. */
  runSeq: number
}

/**
 * A cancellation by a person leaves no decision in the log, only its effects; those are judged by S8
 * and S9. A task whose result is accepted may still finish its publication.
 */
export const cancelCloses = defineInvariant({
  id: 'S10',
  title: 'cancel closes',
  sentence:
    'Once the manager cancels a scope, every task in it gets its outcome at once, and nothing in it is added, assigned or tried again.',
  clauses: {
    swept: 'A task in a cancelled scope had no outcome when the input of the cancellation was done.',
    work: 'A task in a cancelled scope was placed, assigned or tried again.',
    spawn: 'A task was added to a cancelled scope.',
  },
  watches: [
    'manager.decided',
    'manager.refused',
    'task.added',
    'task.placed',
    'task.assigned',
    'task.retried',
    'run.reopened',
  ],
  needs: ['manager.decided'],
  initial: (): Cancelled => ({ asked: [], closed: new Map(), ended: new Map(), groups: new Map(), runSeq: 0 }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'manager.decided':
        for (const decision of fact.decisions) {
          if (decision.type === 'cancel') state.asked.push({ scope: decision.scope, seq: fact.seq })
        }
        return undefined
      case 'manager.refused':
        if (fact.decision.includes('cancel')) state.asked = []
        return undefined
      case 'run.reopened':
        state.runSeq = 0
        state.closed.clear()
        state.groups.clear()
        state.ended.clear()
        return undefined
      case 'task.added': {
        // Somebody may have what was cancelled tried again.
        if (fact.task.id.includes('~')) return undefined
        const parent = fact.parent === undefined ? undefined : ledger.tasks.get(fact.parent)
        const ofSubtree = parent === undefined ? 0 : (state.closed.get(parent) ?? 0)
        const closedBy = state.runSeq || ofSubtree || cancelledAround(fact.task, state)
        if (closedBy === 0) return undefined
        const where = state.runSeq > 0 ? 'the run' : ofSubtree > 0 ? `the subtree of ${fact.parent}` : 'its group'
        return finding('spawn', `${fact.task.id} was added although ${where} was cancelled`, closedBy, fact.seq)
      }
      default: {
        if (state.runSeq === 0 && state.closed.size + state.ended.size === 0) return undefined
        const task = ledger.task(fact.task)
        const ofRun = (task?.seq ?? 0) < state.runSeq ? state.runSeq : 0
        const closedBy = ofRun || (task === undefined ? 0 : (state.closed.get(task) ?? state.ended.get(task) ?? 0))
        if (closedBy === 0) return undefined
        return finding('work', `${fact.type} of ${fact.task} although it was cancelled`, closedBy, fact.seq)
      }
    }
  },
  atQuiescence(state, ledger): Finding<Clause> | undefined {
    if (state.asked.length === 0) return undefined
    const { asked } = state
    state.asked = []
    let found: Finding<Clause> | undefined
    for (const { scope, seq } of asked) found = close(scope, seq, state, ledger) ?? found
    return found
  },
})

// ---------------------------------------------------------------------------------------------

/** Closes a scope and returns the first task in it that is still open. */
function close(scope: CancelScope, seq: number, state: Cancelled, ledger: Ledger): Finding<Clause> | undefined {
  if (scope.kind === 'run') {
    state.runSeq ||= seq
    if (ledger.unresolved === 0) return undefined
    for (const task of ledger.tasks.values()) if (isOpen(task)) return unswept(task, seq)
    return undefined
  }
  if (scope.kind === 'group') return closeGroup(scope.group, seq, state, ledger)
  const root = ledger.tasks.get(scope.task)
  if (root === undefined) return undefined
  if (scope.kind === 'task') return isOpen(root) ? unswept(root, seq) : undefined
  let found: Finding<Clause> | undefined
  const pending: TaskEntry[] = [root]
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    if (state.closed.has(task)) continue
    state.closed.set(task, seq)
    if (isOpen(task)) found ??= unswept(task, seq)
    for (const below of task.dependants) pending.push(below)
    for (const below of task.children) pending.push(below)
  }
  return found
}

function closeGroup(group: string, seq: number, state: Cancelled, ledger: Ledger): Finding<Clause> | undefined {
  if (!state.groups.has(group)) state.groups.set(group, seq)
  let found: Finding<Clause> | undefined
  for (const task of ledger.tasks.values()) {
    if (!isWithin(task.spec.group, group) || state.ended.has(task)) continue
    state.ended.set(task, seq)
    if (isOpen(task)) found ??= unswept(task, seq)
  }
  return found
}

function cancelledAround({ group }: Task, { groups }: Cancelled): number {
  for (const [cancelled, seq] of groups) if (isWithin(group, cancelled)) return seq
  return 0
}

function isWithin(group: string | undefined, around: string): boolean {
  return group === around || group?.startsWith(`${around}/`) === true
}

function isOpen(task: TaskEntry): boolean {
  return !isOutcome(task.status) && task.status !== 'publishing'
}

function unswept(task: TaskEntry, seq: number): Finding<Clause> {
  return finding('swept', `${task.id} was still ${task.status} after its scope was cancelled`, seq, task.seq)
}
