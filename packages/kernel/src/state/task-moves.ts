import {
  isOutcome,
  predecessorId,
  type CancelScope,
  type DurableFact,
  type FactOf,
  type FactType,
  type Outcome,
} from '@bosun/core'
import { around, groupOf, tasksWithin } from './group-record.ts'
import { illegal } from './illegal-fact.ts'
import type { KernelState, SlotRecord } from './kernel-state.ts'
import { BUDGET, holdResources } from './resource-holds.ts'
import { countStart } from './start-rate.ts'
import { subtreeOf } from './subtree.ts'
import { joinPair, notePair } from './pairs.ts'
import { TaskRecord } from './task-record.ts'
import { TASK_TRANSITIONS } from './transitions.ts'

/*
 * What facts do to tasks. Each function is one step of `evolve`: it moves a record along the table of
 * transitions and keeps the counts beside it. Nothing here asks a policy, a clock or the index.
 */

/** Takes in a new task and the arrows to those it waits for. */
export function addTask(state: KernelState, fact: FactOf<'task.added'>): void {
  const spec = fact.task
  const task = new TaskRecord(state.run, state.tasks.length, spec, fact.depth, fact.parent)
  state.taskById.set(spec.id, task)
  if (state.taskById.size === state.tasks.length) illegal(fact, 'a new task', `"${spec.id}"`)
  state.tasks.push(task)
  state.pending.push(0)
  state.arrows.addTask()
  state.progress += 1
  const predecessor = predecessorId(spec.id)
  const old = predecessor === undefined ? undefined : state.taskById.get(predecessor)
  if (old !== undefined) supersede(state, old, fact)
  if (fact.parent !== undefined) {
    const parent = state.taskById.get(fact.parent) ?? illegal(fact, 'a parent of the run', `"${fact.parent}"`)
    if (parent.children === undefined) parent.children = [task.index]
    else if (old === undefined) parent.children.push(task.index)
    else parent.children = parent.children.map((index) => (index === old.index ? task.index : index))
  }
  if (state.refusals.size > 0) state.refusals.delete(spec.id)
  if (spec.group !== undefined) enterGroup(state, task, spec.group)
  joinPair(state, task)
  if (spec.outputs !== undefined && task.hedged < 0) noteWriters(state, task)
  if (spec.dependsOn !== undefined) linkDependencies(state, task, spec.dependsOn, fact)
  if (state.pending[task.index] === 0) makeReady(state, task, fact)
}

function enterGroup(state: KernelState, task: TaskRecord, name: string): void {
  task.group = groupOf(state.groups, name)
  task.group.members.push(task.index)
  for (const group of around(task.group)) group.total += 1
}

/** A successor takes the place of its predecessor in every count. */
function supersede(state: KernelState, old: TaskRecord, fact: FactOf<'task.added'>): void {
  const { status } = old
  if (!isOutcome(status) || old.superseded) {
    return illegal(fact, 'a successor of a task that has ended', `"${old.spec.id}"`)
  }
  state.counts[status] -= 1
  old.superseded = true
  state.superseded += 1
  for (const group of around(old.group)) {
    group.total -= 1
    group.counts[status] -= 1
  }
}

/** Counts what is still to wait for; an id that is named twice counts once. */
function linkDependencies(
  state: KernelState,
  task: TaskRecord,
  dependsOn: readonly string[],
  fact: FactOf<'task.added'>,
): void {
  for (const id of dependsOn) {
    const dependency = state.taskById.get(id)
    if (dependency === undefined) return illegal(fact, 'a dependency that was added before', `"${id}"`)
    // One that has succeeded holds nothing back, but a subtree is walked along it all the same.
    if (!state.arrows.add(dependency.index, task.index) || dependency.status === 'succeeded') continue
    state.pending[task.index] = (state.pending[task.index] as number) + 1
    if (isOutcome(dependency.status)) state.lateDoomed.push(task.index)
  }
}

function noteWriters(state: KernelState, task: TaskRecord): void {
  for (const path of task.spec.outputs ?? []) {
    const writers = state.writers.get(path)
    if (writers === undefined) state.writers.set(path, [task.index])
    else writers.push(task.index)
  }
}

/** Nothing holds the task back any more. */
export function makeReady(state: KernelState, task: TaskRecord, fact: DurableFact): void {
  task.status = 'ready'
  task.readyAt = fact.at
  task.readySeq = fact.seq
  state.readied.push(task.index, fact.seq)
}

/** Sets a task down on a slot, without a lease. */
export function placeTask(state: KernelState, fact: FactOf<'task.placed'>): void {
  const task = move(state, fact)
  const slot = state.slots.get(fact.slot)
  if (slot === undefined || slot.left) return illegal(fact, 'a slot that is there', `"${fact.slot}"`)
  if (task.epoch > 0 && !task.retryDecided) illegal(fact, 'a task that may be assigned', `"${fact.task}"`)
  task.place = { slot: fact.slot, seq: fact.seq }
  slot.placed.add(task.index)
  state.placings.push(task.index)
}

/** Ends the stay of a task on a slot, if it is placed on one. Where it goes is for the fact to say. */
export function takeFromPlace(state: KernelState, task: TaskRecord): void {
  if (task.place === undefined) return
  state.slots.get(task.place.slot)?.placed.delete(task.index)
  task.place = undefined
  state.placings.push(task.index)
}

/** Gives back all tasks that are placed on a slot: they wait for any slot again, in their old order. */
export function giveBackOf(state: KernelState, slot: SlotRecord): void {
  for (const index of slot.placed) {
    const task = state.tasks[index] as TaskRecord
    takeFromPlace(state, task)
    task.status = task.epoch === 0 ? 'ready' : 'retrying'
    state.readied.push(index, task.readySeq)
  }
}

export function giveBackAll(state: KernelState): void {
  for (const slot of state.slots.values()) giveBackOf(state, slot)
}

/** Gives the task to a free slot, under a new epoch and a lease. */
export function assign(state: KernelState, fact: FactOf<'task.assigned'>): void {
  const task = move(state, fact)
  const slot = state.slots.get(fact.slot)
  if (slot === undefined || slot.task !== -1 || slot.left) return illegal(fact, 'a free slot', `"${fact.slot}"`)
  if (fact.epoch !== task.epoch + 1) illegal(fact, `epoch ${task.epoch + 1}`, `${fact.epoch}`)
  takeFromPlace(state, task)
  task.epoch = fact.epoch
  task.live = {
    epoch: fact.epoch,
    slot: fact.slot,
    assignedAt: fact.at,
    deadline: fact.deadline,
    started: false,
    waits: 0,
    waitsSince: 0,
    waitedMs: 0,
    lastBeat: fact.at,
    lastProgress: fact.at,
  }
  task.slice = fact.slice
  task.called = undefined
  slot.task = task.index
  slot.assignments += 1
  slot.worker.live += 1
  state.live += 1
  if (task.group !== undefined) {
    for (const group of around(task.group)) {
      group.live += 1
      group.hasBegun = true
    }
  }
  holdResources(state, task.spec, 1)
  countStart(state, fact.at)
}

/** Ends the lease of the live attempt that a fact names and frees its slot. */
export function release(
  state: KernelState,
  fact: FactOf<'attempt.succeeded' | 'attempt.failed' | 'attempt.lost' | 'attempt.revoked'>,
): TaskRecord {
  const task = move(state, fact)
  const live = task.live
  if (live === undefined || live.epoch !== fact.epoch) return illegal(fact, 'the live epoch', `${fact.epoch}`)
  const slot = state.slots.get(live.slot) as SlotRecord
  task.live = undefined
  task.retryDecided = false
  slot.task = -1
  slot.worker.live -= 1
  state.live -= 1
  if (task.group !== undefined) for (const group of around(task.group)) group.live -= 1
  if (task.slice !== undefined) {
    state.reservedTokens -= task.slice.tokens
    state.reservedCostMicros -= task.slice.costMicros
  }
  if (!slot.left) state.freed.push(slot)
  if (slot.worker.isFrugal) state.released.push(BUDGET)
  holdResources(state, task.spec, -1)
  return task
}

/** Moves the task of a fact along the transition table. */
export function move(state: KernelState, fact: DurableFact & { readonly task: string }): TaskRecord {
  return moveTask(state, fact, fact.task)
}

export function moveTask(state: KernelState, fact: DurableFact, id: string): TaskRecord {
  const task = state.find(id) ?? illegal(fact, 'a task of the run', `"${id}"`)
  const next = (TASK_TRANSITIONS[task.status] as Partial<Record<FactType, TaskRecord['status']>>)[fact.type]
  if (next === undefined) return illegal(fact, 'a fact that can follow', `${fact.type} while "${id}" is ${task.status}`)
  task.status = next
  return task
}

export function settle(state: KernelState, task: TaskRecord, outcome: Outcome, seq: number): void {
  state.counts[outcome] += 1
  takeFromPlace(state, task)
  if (task.approvals !== undefined) for (const record of task.approvals) state.openApprovals.delete(record)
  notePair(state, task)
  // Nothing depends on a twin, and nobody has asked for it.
  if (task.hedged >= 0) return
  if (outcome !== 'succeeded') state.doomed.push(task.index)
  if (task.group !== undefined) settleInGroup(state, task, outcome)
  const { index } = task
  const epoch = outcome === 'succeeded' ? task.acceptedEpoch : task.epoch
  state.inbox.push({
    kind: 'outcome',
    ref: seq,
    task: index,
    epoch,
    text: outcome,
    value: undefined,
    tasks: undefined,
    groups: undefined,
    error: undefined,
  })
}

/** Tells the groups of a task how it ended; what follows is for whoever asks their policies. */
function settleInGroup(state: KernelState, task: TaskRecord, outcome: Outcome): void {
  for (const group of around(task.group)) {
    group.counts[outcome] += 1
    if (outcome !== 'succeeded' && group.closed?.waives === true) state.waivable.push(task.index)
    if (group.closed !== undefined || group.spec === undefined) continue
    const { quorum, failure } = group.spec
    if (outcome === 'succeeded' && quorum !== undefined && group.counts.succeeded >= quorum) state.groupsDue.push(group)
    if (failure === 'fail-fast' && (outcome === 'failed' || outcome === 'lost')) state.groupsDue.push(group)
  }
}

/** Opens a group, before its first task. */
export function openGroup(state: KernelState, fact: FactOf<'group.opened'>): void {
  const group = groupOf(state.groups, fact.group.name)
  if (group.spec !== undefined || group.total > 0) illegal(fact, 'a group without tasks', `"${group.name}"`)
  group.spec = fact.group
  group.openedAt = fact.at
  state.progress += 1
  if (fact.group.deadlineMs !== undefined) state.timed.add(group)
}

/** Lets nothing more into a group; what did not succeed in it may be waived. */
export function closeGroup(state: KernelState, fact: FactOf<'group.closed'>): void {
  const group = state.groups.get(fact.group) ?? illegal(fact, 'a group of the run', `"${fact.group}"`)
  group.closed = { waives: fact.waives }
  state.timed.delete(group)
  if (!fact.waives) return
  for (const index of tasksWithin(group)) {
    const { status } = state.tasks[index] as TaskRecord
    if (isOutcome(status) && status !== 'succeeded') state.waivable.push(index)
  }
}

export function liveOf(state: KernelState, fact: FactOf<'attempt.started'>): NonNullable<TaskRecord['live']> {
  const live = move(state, fact).live
  return live !== undefined && live.epoch === fact.epoch ? live : illegal(fact, 'the live epoch', `${fact.epoch}`)
}

/** What the manager cancels as a whole takes in nothing new; a single task has nothing below it to close. */
export function closeScope(state: KernelState, scope: CancelScope): void {
  if (scope.kind === 'run') state.closed = true
  if (scope.kind === 'group') {
    const group = state.groups.get(scope.group)
    if (group === undefined) return
    group.closed ??= { waives: false }
    state.timed.delete(group)
  }
  if (scope.kind !== 'subtree') return
  const root = state.taskById.get(scope.task)
  if (root !== undefined) for (const task of subtreeOf(state, root)) task.closed = true
}
