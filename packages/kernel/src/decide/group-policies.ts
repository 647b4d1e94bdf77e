import { BosunError, canonicalJson, isOutcome, type FactOf, type Group, type Task } from '@bosun/core'
import { around, nearestGroup, tasksWithin, type GroupRecord } from '../state/group-record.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import type { Emitter } from './emitter.ts'
import { cancelTask } from './verdict.ts'

/*
 * What follows from the limits and policies of groups. A group that has met its quorum, or failed fast, or
 * come to its deadline is closed: what is under way in it is cancelled, nothing more is added, and where its
 * policy says so, what did not succeed is waived.
 */

/**
 * Opens a group. The same again changes nothing.
 *
 * @throws GROUP_CONFLICT
 */
export function openGroup(emitter: Emitter, group: Group): void {
  const known = emitter.kernel.state.groups.get(group.name)
  if (known?.spec !== undefined && canonicalJson(known.spec) === canonicalJson(group)) return
  if (known !== undefined && (known.spec !== undefined || known.total > 0)) {
    const received = known.spec === undefined ? `${known.total} tasks` : 'other limits or another policy'
    throw new BosunError('GROUP_CONFLICT', { at: group.name, received })
  }
  emitter.emit({ type: 'group.opened', group, by: 'manager' })
}

/** Why a patch does not fit into the groups of its tasks. @throws LIMIT_TASKS, TASK_CANCELLED */
export function checkGroups(state: KernelState, fresh: readonly Task[]): void {
  const counts = new Map<GroupRecord, number>()
  for (const { id, group: name } of fresh) {
    // A group that is not there yet has no limits; one of those around it may have.
    for (const group of around(nearestGroup(state.groups, name))) {
      if (group.closed !== undefined) {
        const summary = `Nothing can be added to the group "${group.name}", which was closed.`
        throw new BosunError('TASK_CANCELLED', { at: id, summary })
      }
      const count = (counts.get(group) ?? 0) + 1
      counts.set(group, count)
      const tasksMax = group.spec?.tasksMax
      if (tasksMax === undefined || group.total + count <= tasksMax) continue
      const expected = `at most ${tasksMax} in the group "${group.name}"`
      throw new BosunError('LIMIT_TASKS', { at: id, expected, received: `${group.total + count}` })
    }
  }
}

/** Of a patch that was refused because a group is closed, what the policy of its group waives. */
export function waiveRefused(emitter: Emitter, refused: readonly Task[]): void {
  const { groups, taskById } = emitter.kernel.state
  const waived = refused.filter(({ id, group }) => !taskById.has(id) && isWaived(nearestGroup(groups, group)))
  if (waived.length > 0)
    waive(
      emitter,
      waived.map(({ id }) => id),
    )
}

/** Closes the groups whose policy has come about, then waives what they waive. */
export function applyPolicies(emitter: Emitter): void {
  const { state } = emitter.kernel
  for (let group = state.groupsDue.pop(); group !== undefined; group = state.groupsDue.pop()) {
    // What the end of the run cancels is no matter of policies any more.
    if (group.closed !== undefined || state.ended !== undefined) continue
    const { quorum, failure } = group.spec ?? {}
    if (quorum !== undefined && group.counts.succeeded >= quorum) closeGroup(emitter, group, 'quorum', true)
    else if (failure === 'fail-fast') closeGroup(emitter, group, 'fail-fast', false)
  }
}

/** Waives what the policies of closed groups waive, once everything has followed that does. */
export function waiveByPolicy(emitter: Emitter): void {
  const { state } = emitter.kernel
  const tasks = new Set<string>()
  for (let index = state.waivable.pop(); index !== undefined; index = state.waivable.pop()) {
    const { spec, waived, superseded } = state.tasks[index] as TaskRecord
    if (!waived && !superseded) tasks.add(spec.id)
  }
  if (tasks.size > 0 && state.ended === undefined) waive(emitter, Array.from(tasks))
}

/** Closes the groups whose deadline has come. */
export function closeLateGroups(emitter: Emitter): void {
  const { state } = emitter.kernel
  for (const group of state.timed) {
    if (emitter.at < deadlineOf(group)) continue
    closeGroup(emitter, group, 'deadline', group.spec?.quorum === undefined)
  }
}

/** When a group that has a deadline is to be closed. */
export function deadlineOf({ openedAt, spec }: GroupRecord): number {
  return openedAt + (spec?.deadlineMs ?? Infinity)
}

// ---------------------------------------------------------------------------------------------

function closeGroup(
  emitter: Emitter,
  group: GroupRecord,
  reason: FactOf<'group.closed'>['reason'],
  waives: boolean,
): void {
  const { state } = emitter.kernel
  emitter.emit({ type: 'group.closed', group: group.name, reason, waives })
  for (const index of tasksWithin(group)) {
    const task = state.tasks[index] as TaskRecord
    if (isOutcome(task.status) || task.status === 'publishing') continue
    cancelTask(emitter, task, 'policy', `the group "${group.name}" was closed: ${reason}`)
  }
}

function waive(emitter: Emitter, tasks: string[]): void {
  emitter.emit({ type: 'waiver.given', tasks, by: 'policy', reason: 'the policy of the group' })
}

function isWaived(group: GroupRecord | undefined): boolean {
  for (const each of around(group)) if (each.closed?.waives === true) return true
  return false
}
