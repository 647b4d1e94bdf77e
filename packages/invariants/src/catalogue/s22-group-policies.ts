import { isOutcome, type FactOf } from '@bosun/core'
import { defineInvariant, finding, type Finding } from '../invariant.ts'
import type { GroupEntry, Ledger } from '../ledger/ledger.ts'

type Clause = 'opened' | 'added' | 'work' | 'unasked' | 'open' | 'overdue' | 'unwaived' | 'waived'

interface Policies {
  /** Groups whose policy has come about, with the fact behind it; closed when its input is done. */
  readonly due: Map<GroupEntry, number>
  /** Groups that the manager has cancelled, which no policy has to close any more. */
  readonly cancelled: Set<string>
  /** Tasks that ended without success in a group that waives that, with the fact. */
  readonly unwaived: Map<string, number>
  /** Groups that were seen open after their deadline, with the time at which that was first seen. */
  readonly overdue: Map<GroupEntry, number>
  hasDeadlines: boolean
}

/** Whoever keeps time may come this much late, in ms. */
const LATE_MS = 10_000

/**
 * A policy is judged when an input is done, since what follows from it follows at once. Who may add to a
 * group that the manager has cancelled is judged by S10.
 */
export const groupPolicies = defineInvariant({
  id: 'S22',
  title: 'group policies',
  sentence:
    'A group is closed when, and only when, its policy has come about; then nothing of it is worked on, nothing is added, and exactly what the policy waives is waived.',
  clauses: {
    opened: 'A group was opened a second time, or after its first task.',
    added: 'A task was added to a group that was closed.',
    work: 'A task of a closed group was placed, assigned or tried again.',
    unasked: 'A group was closed although its policy had not come about, or waives what it does not say.',
    open: 'A group was left open although its policy had come about.',
    overdue: 'A group was left open after its deadline.',
    unwaived: 'A task that ended without success was not waived although the policy of its group waives it.',
    waived: 'A policy waived a task that no closed group waives.',
  },
  watches: [
    'group.opened',
    'group.closed',
    'manager.decided',
    'task.added',
    'task.placed',
    'task.assigned',
    'task.retried',
    'task.succeeded',
    'task.failed',
    'task.lost',
    'task.cancelled',
    'task.skipped',
    'waiver.given',
    'run.reopened',
  ],
  needs: ['group.opened'],
  initial: (): Policies => ({
    due: new Map(),
    cancelled: new Set(),
    unwaived: new Map(),
    overdue: new Map(),
    hasDeadlines: false,
  }),
  onFact(state, fact, ledger): Finding<Clause> | undefined {
    switch (fact.type) {
      case 'group.opened':
        return opened(state, fact, ledger)
      case 'group.closed':
        return closed(state, fact, ledger)
      case 'manager.decided':
        for (const decision of fact.decisions) {
          if (decision.type === 'cancel' && decision.scope.kind === 'group') state.cancelled.add(decision.scope.group)
        }
        return undefined
      case 'run.reopened':
        state.due.clear()
        state.cancelled.clear()
        return undefined
      case 'waiver.given':
        return waived(state, fact, ledger)
      case 'task.added': {
        // Somebody may have a task of a closed group tried again.
        if (fact.task.id.includes('~')) return undefined
        const group = ledger.groupsOf(fact.task).find(({ closedSeq }) => closedSeq > 0)
        if (group === undefined) return undefined
        const sentence = `${fact.task.id} was added to the group ${group.spec.name}, which was closed`
        return finding('added', sentence, group.closedSeq, fact.seq)
      }
      case 'task.placed':
      case 'task.assigned':
      case 'task.retried': {
        const task = ledger.task(fact.task)
        if (task === undefined) return undefined
        const group = ledger.groupsOf(task.spec).find(({ closedSeq }) => closedSeq > task.seq)
        if (group === undefined) return undefined
        const sentence = `${fact.type} of ${fact.task} although its group ${group.spec.name} was closed`
        return finding('work', sentence, group.closedSeq, fact.seq)
      }
      default:
        note(state, fact, ledger)
        return undefined
    }
  },
  atQuiescence(state, ledger): Finding<Clause> | undefined {
    const late = state.hasDeadlines ? overdueGroup(state, ledger) : undefined
    if (state.due.size === 0 && state.unwaived.size === 0) return late
    // The end of a run cancels what no policy is asked about any more.
    if (ledger.endedSeq > 0) return undefined
    for (const [{ spec, closedSeq }, seq] of state.due) {
      if (closedSeq > 0 || isCancelled(state, spec.name)) continue
      state.due.clear()
      return finding('open', `the group ${spec.name} was left open although its policy had come about`, seq, ledger.seq)
    }
    state.due.clear()
    for (const [task, seq] of state.unwaived) {
      state.unwaived.clear()
      return finding('unwaived', `${task} was not waived although the policy of its group waives it`, seq, ledger.seq)
    }
    return late
  },
})

// ---------------------------------------------------------------------------------------------

function opened(state: Policies, { group, seq }: FactOf<'group.opened'>, ledger: Ledger): Finding<Clause> | undefined {
  if (group.deadlineMs !== undefined) state.hasDeadlines = true
  const known = ledger.groups.get(group.name)
  if (known !== undefined) return finding('opened', `the group ${group.name} was opened twice`, known.openedSeq, seq)
  for (const { id, spec, seq: added } of ledger.tasks.values()) {
    if (spec.group !== group.name && spec.group?.startsWith(`${group.name}/`) !== true) continue
    return finding('opened', `the group ${group.name} was opened after ${id}, which lies in it`, added, seq)
  }
  return undefined
}

function closed(state: Policies, fact: FactOf<'group.closed'>, ledger: Ledger): Finding<Clause> | undefined {
  const group = ledger.groups.get(fact.group)
  if (fact.waives) {
    for (const { id, spec, status, outcomeSeq, superseded } of ledger.tasks.values()) {
      const isIn = spec.group === fact.group || spec.group?.startsWith(`${fact.group}/`) === true
      if (!isIn || superseded || !isOutcome(status) || status === 'succeeded' || ledger.waivers.has(id)) continue
      state.unwaived.set(id, outcomeSeq)
    }
  }
  const why = group === undefined ? 'nobody has opened it' : whyNot(group, fact, ledger)
  return why === undefined
    ? undefined
    : finding('unasked', `the group ${fact.group} was closed although ${why}`, fact.seq)
}

/** What speaks against the closing of a group. */
function whyNot(group: GroupEntry, { reason, waives, at }: FactOf<'group.closed'>, ledger: Ledger): string | undefined {
  const { quorum, deadlineMs, failure, name } = group.spec
  switch (reason) {
    case 'quorum':
      if (quorum === undefined || group.succeeded < quorum) return `${group.succeeded} of its tasks had succeeded`
      return waives ? undefined : 'it waives nothing'
    case 'deadline':
      if (deadlineMs === undefined || at < group.openedAt + deadlineMs) return 'its deadline had not come'
      return waives === (quorum === undefined) ? undefined : 'its deadline says otherwise about waiving'
    case 'fail-fast': {
      if (failure !== 'fail-fast' || waives) return 'it is not to fail fast'
      for (const { spec, status } of ledger.tasks.values()) {
        const isIn = spec.group === name || spec.group?.startsWith(`${name}/`) === true
        if (isIn && (status === 'failed' || status === 'lost')) return undefined
      }
      return 'nothing in it had failed'
    }
  }
}

function waived(state: Policies, fact: FactOf<'waiver.given'>, ledger: Ledger): Finding<Clause> | undefined {
  for (const id of fact.tasks) state.unwaived.delete(id)
  if (fact.by !== 'policy') return undefined
  for (const id of fact.tasks) {
    const task = ledger.task(id)
    // One that was refused is not in the log, so its group is not known. Twins are judged by S24.
    if (task === undefined || task.hedged !== undefined) continue
    if (task.status !== 'succeeded' && ledger.groupsOf(task.spec).some(({ waives }) => waives)) continue
    return finding('waived', `${id} was waived by policy, and no closed group waives it`, task.seq, fact.seq)
  }
  return undefined
}

/** Notes what the outcome of a task means for its groups. */
function note(
  state: Policies,
  { type, task: id, seq }: FactOf<'task.succeeded' | 'task.failed' | 'task.lost' | 'task.cancelled' | 'task.skipped'>,
  ledger: Ledger,
): void {
  const task = ledger.task(id)
  if (task === undefined || ledger.groups.size === 0) return
  const isSuccess = type === 'task.succeeded'
  for (const group of ledger.groupsOf(task.spec)) {
    const { quorum, failure } = group.spec
    if (!isSuccess && group.waives && !ledger.waivers.has(id)) state.unwaived.set(id, seq)
    if (group.closedSeq > 0) continue
    if (isSuccess && quorum !== undefined && group.succeeded + 1 >= quorum) state.due.set(group, seq)
    if (failure === 'fail-fast' && (type === 'task.failed' || type === 'task.lost')) state.due.set(group, seq)
  }
}

/** Only the group itself, or one around it, could have been cancelled in its stead. */
function isCancelled({ cancelled }: Policies, name: string): boolean {
  return cancelled.has(name)
}

function overdueGroup(state: Policies, ledger: Ledger): Finding<Clause> | undefined {
  if (ledger.endedSeq > 0) return undefined
  for (const group of ledger.groups.values()) {
    const { spec, closedSeq, openedAt, openedSeq } = group
    if (spec.deadlineMs === undefined || closedSeq > 0 || isCancelled(state, spec.name)) continue
    if (ledger.at < openedAt + spec.deadlineMs) continue
    const since = state.overdue.get(group)
    if (since === undefined) state.overdue.set(group, ledger.at)
    else if (ledger.at > since + LATE_MS) {
      state.overdue.set(group, Infinity)
      return finding('overdue', `the group ${spec.name} was left open after its deadline`, openedSeq, ledger.seq)
    }
  }
  return undefined
}
