import {
  BosunError,
  isOutcome,
  type CancelScope,
  type DurableFact,
  type Fact,
  type FactOf,
  type FactType,
  type Outcome,
  type Task,
} from '@bosun/core'
import type { InboxEntry, KernelState, SlotRecord } from './kernel-state.ts'
import { subtreeOf } from './subtree.ts'
import { TaskRecord } from './task-record.ts'
import { TASK_TRANSITIONS } from './transitions.ts'

/** The name under which tasks wait for budget that others have reserved. */
export const BUDGET = 'budget'

/** Width of the window of `startsPerSecondMax`. */
export const RATE_WINDOW_MS = 1_000

/**
 * The one door through which state changes. Asks no policy and no clock, so that a journal folds to
 * the same state in every version and in every world.
 *
 * @throws FACT_ILLEGAL when the fact cannot follow what came before
 */
export function evolve(state: KernelState, fact: Fact): void {
  if (fact.seq === 0) {
    evolveVolatile(state, fact)
    return
  }
  if (fact.seq !== state.seq + 1) illegal(fact, `fact ${state.seq + 1}`, `fact ${fact.seq}`)
  state.seq = fact.seq
  if (fact.at > state.at) state.at = fact.at
  state.lastCause = fact.cause
  const handler = HANDLERS[fact.type] as ((state: KernelState, fact: DurableFact) => void) | undefined
  if (handler !== undefined) handler(state, fact as DurableFact)
}

type Handlers = { readonly [T in FactType]?: (state: KernelState, fact: FactOf<T>) => void }

const HANDLERS: Handlers = {
  'run.started': (state, fact) => {
    state.run = fact.run
    state.goal = fact.goal
    state.manager = fact.manager
    state.place = fact.place
    state.config = fact.config
    state.startedAt = fact.at
    for (const entry of fact.workers) state.workers.set(entry.name, { entry, live: 0, slots: [] })
    tell(state, 'goal', fact.seq)
  },
  'run.paused': (state) => {
    state.paused = true
  },
  'run.resumed': (state, fact) => {
    state.paused = false
    state.resumedAt = fact.at
  },
  'run.completed': end,
  'run.failed': end,
  'run.exhausted': end,
  'run.cancelled': end,
  'run.reopened': (state) => {
    state.ended = undefined
  },
  'plan.received': (state, fact) => {
    forgetPlan(state, fact.request)
    state.receivedPlans.add(fact.request)
    tell(state, 'plan', fact.seq, { text: fact.request, tasks: fact.tasks })
  },
  'plan.rejected': (state, fact) => {
    forgetPlan(state, fact.plan)
    tell(state, 'planFailed', fact.seq, { text: fact.plan, error: fact.error })
  },
  'task.added': addTask,
  'task.amended': (state, fact) => {
    const task = moveTask(state, fact, fact.task.id)
    task.spec = fact.task
    state.progress += 1
    if (task.status === 'ready') {
      task.readySeq = fact.seq
      state.readied.push(task.index, fact.seq)
    }
  },
  'task.placed': (state, fact) => {
    move(state, fact)
  },
  'task.assigned': assign,
  'attempt.started': (state, fact) => {
    const live = liveOf(state, fact)
    live.started = true
    live.lastBeat = fact.at
    live.lastProgress = fact.at
  },
  'attempt.succeeded': (state, fact) => {
    const task = release(state, fact)
    task.result = fact.result
    if (fact.outputs.length > 0) task.outputs = fact.outputs
    task.error = undefined
  },
  'attempt.failed': (state, fact) => {
    release(state, fact).error = fact.error
  },
  'attempt.lost': (state, fact) => {
    release(state, fact).error = fact.error
  },
  'attempt.revoked': (state, fact) => {
    release(state, fact)
  },
  'attempt.emitted': (state, fact) => {
    const task = move(state, fact)
    tell(state, 'emitted', fact.seq, { task: task.index, epoch: fact.epoch, value: fact.value })
  },
  'task.discovered': (state, fact) => {
    const task = move(state, fact)
    tell(state, 'discovered', fact.seq, { task: task.index, epoch: fact.epoch, value: fact.item })
  },
  'task.retried': (state, fact) => {
    const task = move(state, fact)
    task.retries = fact.retry
    task.retryDecided = true
    task.notBefore = fact.notBefore
    task.readyAt = fact.at
    task.readySeq = fact.seq
    task.error = fact.reason
    state.readied.push(task.index, fact.seq)
  },
  'task.succeeded': (state, fact) => {
    const task = move(state, fact)
    settle(state, task, 'succeeded', fact.seq)
    const { arrows, pending } = state
    for (let arrow = arrows.first(task.index); arrow >= 0; arrow = arrows.next(arrow)) {
      const index = arrows.target(arrow)
      const left = (pending[index] as number) - 1
      pending[index] = left
      if (left > 0) continue
      const dependant = state.tasks[index] as TaskRecord
      if (dependant.status === 'waiting') makeReady(state, dependant, fact)
    }
  },
  'task.failed': (state, fact) => {
    const task = move(state, fact)
    task.error = fact.error
    settle(state, task, 'failed', fact.seq)
  },
  'task.lost': (state, fact) => {
    const task = move(state, fact)
    task.error = fact.error
    settle(state, task, 'lost', fact.seq)
  },
  'task.cancelled': (state, fact) => {
    const task = move(state, fact)
    task.error = { code: 'TASK_CANCELLED', message: fact.reason }
    settle(state, task, 'cancelled', fact.seq)
  },
  'task.skipped': (state, fact) => {
    const task = move(state, fact)
    task.because = fact.because
    settle(state, task, 'skipped', fact.seq)
  },
  'outputs.published': (state, fact) => {
    move(state, fact)
  },
  'spawn.refused': (state, fact) => {
    state.refused += 1
    state.refusals.set(fact.task, fact.error.code)
    tell(state, 'refused', fact.seq, { text: 'delegate', error: fact.error, value: fact.task })
  },
  'manager.refused': (state, fact) => {
    tell(state, 'refused', fact.seq, { text: fact.decision, error: fact.error })
  },
  'result.quarantined': (state, fact) => {
    const task = state.taskById.get(fact.task)
    if (task !== undefined && fact.kind === 'result') {
      state.quarantine.set(fact.seq, { task: task.index, epoch: fact.epoch, value: fact.value })
    }
  },
  'worker.joined': (state, fact) => {
    const worker = state.workers.get(fact.worker) ?? illegal(fact, 'a worker of the run', `"${fact.worker}"`)
    const known = state.slots.get(fact.slot)
    if (known !== undefined && !known.left) illegal(fact, 'a slot that has not joined', `"${fact.slot}"`)
    if (known?.worker === worker) {
      known.left = false
      state.freed.push(known)
      return
    }
    const slot: SlotRecord = {
      slot: fact.slot,
      worker,
      ordinal: worker.slots.length,
      task: -1,
      assignments: 0,
      left: false,
    }
    worker.slots.push(slot)
    state.slots.set(fact.slot, slot)
    state.freed.push(slot)
  },
  'worker.left': (state, fact) => {
    const slot = state.slots.get(fact.slot) ?? illegal(fact, 'a joined slot', `"${fact.slot}"`)
    slot.left = true
  },
  'budget.reserved': (state, fact) => {
    state.reservedTokens += fact.tokens
    state.reservedCostMicros += fact.costMicros
  },
  'budget.settled': (state, fact) => {
    state.spentTokens += fact.tokens
    state.spentCostMicros += fact.costMicros
    state.released.push(BUDGET)
  },
  'limits.changed': (state, fact) => {
    state.config = { ...state.config, limits: { ...state.config.limits, ...fact.limits } }
    state.released.push(BUDGET)
  },
  'waiver.given': (state, fact) => {
    for (const id of fact.tasks) {
      const task = state.taskById.get(id)
      // Waiving the same again is no answer to a settled message, else a manager could repeat it for ever.
      if (state.refusals.delete(id) || task?.waived === false) state.progress += 1
      if (task !== undefined) task.waived = true
    }
  },
  'steer.received': (state, fact) => tell(state, 'steer', fact.seq, { text: fact.text, value: fact.by }),
  'message.delivered': (state, fact) => {
    if (fact.kind === 'woke') state.wakes.delete(fact.wake ?? '')
    else if (fact.kind === 'settled') state.settledProgress = state.progress
    else takeMessage(state, fact)
  },
  'manager.decided': (state, fact) => {
    for (const decision of fact.decisions) {
      if (decision.type === 'cancel') closeScope(state, decision.scope)
      if (decision.type !== 'plan') continue
      state.plans.set(decision.request, fact.at)
      state.planGoals.set(decision.request, decision.goal)
      state.progress += 1
    }
  },
  'manager.recovered': (state, fact) => {
    state.managerEpoch = fact.managerEpoch
    for (const request of state.plans.keys()) state.plans.set(request, fact.at)
  },
  'wake.set': (state, fact) => {
    state.wakes.set(fact.wake, fact.wakeAt)
    state.progress += 1
  },
}

function evolveVolatile(state: KernelState, fact: Fact): void {
  if (fact.at > state.pulseAt) state.pulseAt = fact.at
  state.pulseCause = fact.cause
  if (fact.type === 'manager.stalled') {
    for (const slot of state.slots.values()) {
      const live = slot.task < 0 ? undefined : state.tasks[slot.task]?.live
      if (live === undefined) continue
      live.lastBeat = Math.min(fact.at, live.lastBeat + fact.gapMs)
      live.lastProgress = Math.min(fact.at, live.lastProgress + fact.gapMs)
    }
    return
  }
  if (fact.type !== 'attempt.beat' && fact.type !== 'attempt.progressed') return
  const live = state.find(fact.task)?.live
  if (live === undefined || live.epoch !== fact.epoch) return
  live.lastBeat = fact.at
  if (fact.type === 'attempt.progressed') live.lastProgress = fact.at
}

function addTask(state: KernelState, fact: FactOf<'task.added'>): void {
  const spec = fact.task
  const task = new TaskRecord(state.run, state.tasks.length, spec, fact.depth, fact.parent)
  state.taskById.set(spec.id, task)
  if (state.taskById.size === state.tasks.length) illegal(fact, 'a new task', `"${spec.id}"`)
  state.tasks.push(task)
  state.pending.push(0)
  state.arrows.addTask()
  state.progress += 1
  if (fact.parent !== undefined) {
    const parent = state.taskById.get(fact.parent) ?? illegal(fact, 'a parent of the run', `"${fact.parent}"`)
    if (parent.children === undefined) parent.children = [task.index]
    else parent.children.push(task.index)
  }
  if (state.refusals.size > 0) state.refusals.delete(spec.id)
  if (spec.outputs !== undefined) noteWriters(state, task)
  if (spec.dependsOn !== undefined) linkDependencies(state, task, spec.dependsOn, fact)
  if (state.pending[task.index] === 0) makeReady(state, task, fact)
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

function forgetPlan(state: KernelState, request: string): void {
  state.plans.delete(request)
  state.planGoals.delete(request)
}

/** What the manager cancels as a whole takes in nothing new; a single task has nothing below it to close. */
function closeScope(state: KernelState, scope: CancelScope): void {
  if (scope.kind === 'run') state.closed = true
  if (scope.kind !== 'subtree') return
  const root = state.taskById.get(scope.task)
  if (root !== undefined) for (const task of subtreeOf(state, root)) task.closed = true
}

function noteWriters(state: KernelState, task: TaskRecord): void {
  for (const path of task.spec.outputs ?? []) {
    const writers = state.writers.get(path)
    if (writers === undefined) state.writers.set(path, [task.index])
    else writers.push(task.index)
  }
}

function makeReady(state: KernelState, task: TaskRecord, fact: DurableFact): void {
  task.status = 'ready'
  task.readyAt = fact.at
  task.readySeq = fact.seq
  state.readied.push(task.index, fact.seq)
}

function assign(state: KernelState, fact: FactOf<'task.assigned'>): void {
  const task = move(state, fact)
  const slot = state.slots.get(fact.slot)
  if (slot === undefined || slot.task !== -1 || slot.left) return illegal(fact, 'a free slot', `"${fact.slot}"`)
  if (fact.epoch !== task.epoch + 1) illegal(fact, `epoch ${task.epoch + 1}`, `${fact.epoch}`)
  task.epoch = fact.epoch
  task.live = {
    epoch: fact.epoch,
    slot: fact.slot,
    assignedAt: fact.at,
    deadline: fact.deadline,
    started: false,
    lastBeat: fact.at,
    lastProgress: fact.at,
  }
  task.slice = fact.slice
  slot.task = task.index
  slot.assignments += 1
  slot.worker.live += 1
  state.live += 1
  holdResources(state, task.spec, 1)
  countStart(state, fact.at)
}

function countStart(state: KernelState, at: number): void {
  const { starts } = state
  const last = starts.at(-1)
  if (last !== undefined && last.at === at) last.count += 1
  else starts.push({ at, count: 1 })
  state.startsCount += 1
  for (
    let head = starts[state.startsHead];
    head !== undefined && head.at <= at - RATE_WINDOW_MS;
    head = starts[state.startsHead]
  ) {
    state.startsCount -= head.count
    state.startsHead += 1
  }
  // Dropped in bulk, so that the list stays near the length of its window.
  if (state.startsHead > RATE_WINDOW_MS) {
    starts.splice(0, state.startsHead)
    state.startsHead = 0
  }
}

/** Takes or gives back (`change` -1) what a task uses and excludes. */
function holdResources(state: KernelState, spec: Task, change: 1 | -1): void {
  if (spec.uses === undefined && spec.excludes === undefined) return
  for (const { resource, mode } of resourcesOf(spec)) {
    const hold = state.resources.get(resource) ?? { readers: 0, writers: 0 }
    if (mode === 'read') hold.readers += change
    else hold.writers += change
    if (hold.readers === 0 && hold.writers === 0) state.resources.delete(resource)
    else state.resources.set(resource, hold)
    if (change === -1) state.released.push(resource)
  }
}

/** What a task holds while it runs; an exclusion is a resource that is written. */
export function resourcesOf(spec: Task): { readonly resource: string; readonly mode: 'read' | 'write' }[] {
  const excluded = (spec.excludes ?? []).map((label) => ({ resource: `exclude:${label}`, mode: 'write' as const }))
  const used = (spec.uses ?? []).map(({ resource, mode }) => ({ resource: `use:${resource}`, mode }))
  return [...used, ...excluded]
}

/** Ends the lease of the live attempt that a fact names and frees its slot. */
function release(
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
  if (task.slice !== undefined) {
    state.reservedTokens -= task.slice.tokens
    state.reservedCostMicros -= task.slice.costMicros
  }
  if (!slot.left) state.freed.push(slot)
  holdResources(state, task.spec, -1)
  return task
}

/** Moves the task of a fact along the transition table. */
function move(state: KernelState, fact: DurableFact & { readonly task: string }): TaskRecord {
  return moveTask(state, fact, fact.task)
}

function moveTask(state: KernelState, fact: DurableFact, id: string): TaskRecord {
  const task = state.find(id) ?? illegal(fact, 'a task of the run', `"${id}"`)
  const next = (TASK_TRANSITIONS[task.status] as Partial<Record<FactType, TaskRecord['status']>>)[fact.type]
  if (next === undefined) return illegal(fact, 'a fact that can follow', `${fact.type} while "${id}" is ${task.status}`)
  task.status = next
  return task
}

function settle(state: KernelState, task: TaskRecord, outcome: Outcome, seq: number): void {
  state.counts[outcome] += 1
  if (outcome !== 'succeeded') state.doomed.push(task.index)
  const { index, epoch } = task
  state.inbox.push({
    kind: 'outcome',
    ref: seq,
    task: index,
    epoch,
    text: outcome,
    value: undefined,
    tasks: undefined,
    error: undefined,
  })
}

function liveOf(state: KernelState, fact: FactOf<'attempt.started'>): NonNullable<TaskRecord['live']> {
  const live = move(state, fact).live
  return live !== undefined && live.epoch === fact.epoch ? live : illegal(fact, 'the live epoch', `${fact.epoch}`)
}

function end(state: KernelState, fact: DurableFact): void {
  state.ended = fact.type
}

const NOTHING = { task: -1, epoch: 0, text: '', value: undefined, tasks: undefined, error: undefined }

function tell(
  state: KernelState,
  kind: InboxEntry['kind'],
  ref: number,
  detail: Partial<Omit<InboxEntry, 'kind' | 'ref'>> = NOTHING,
): void {
  state.inbox.push({
    kind,
    ref,
    task: detail.task ?? -1,
    epoch: detail.epoch ?? 0,
    text: detail.text ?? '',
    value: detail.value,
    tasks: detail.tasks,
    error: detail.error,
  })
}

function takeMessage(state: KernelState, fact: FactOf<'message.delivered'>): void {
  const entry = state.inbox[state.inboxHead]
  if (entry === undefined || entry.ref !== fact.ref)
    illegal(fact, `the message of fact ${entry?.ref ?? 0}`, `that of ${fact.ref}`)
  state.inboxHead += 1
  // Delivered messages are dropped in bulk, so that the queue stays as long as what waits in it.
  if (state.inboxHead >= 1024 && state.inboxHead * 2 >= state.inbox.length) {
    state.inbox.splice(0, state.inboxHead)
    state.inboxHead = 0
  }
}

function illegal(fact: { readonly type: string; readonly seq: number }, expected: string, received: string): never {
  throw new BosunError('FACT_ILLEGAL', { at: `fact ${fact.seq} (${fact.type})`, expected, received })
}
