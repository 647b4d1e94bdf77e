import type { DurableFact, Fact, FactOf, FactType, WorkerEntry } from '@bosun/core'
import { applyApproval, askForManager, giveApproval, requestApproval } from './approvals.ts'
import { completeConfig } from './complete-config.ts'
import { illegal } from './illegal-fact.ts'
import { takeMessage, tell } from './inbox.ts'
import type { KernelState, SlotRecord } from './kernel-state.ts'
import { chargePlan, closePlan, deferPlan, openPlan, requestPlan } from './plan-moves.ts'
import { BUDGET } from './resource-holds.ts'
import {
  addTask,
  assign,
  closeGroup,
  closeScope,
  liveOf,
  makeReady,
  move,
  moveTask,
  giveBackAll,
  giveBackOf,
  openGroup,
  placeTask,
  release,
  settle,
  takeFromPlace,
} from './task-moves.ts'
import { handResult, yieldTask } from './pair-moves.ts'
import { noteDuration, notePair } from './pairs.ts'
import type { TaskRecord } from './task-record.ts'

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
  evolveNext(state, fact as DurableFact, fact.at, fact.cause)
}

/**
 * The same for a durable fact that carries the next number, by whoever has given it number, time and
 * cause: reading them back is slow, since facts have many layouts.
 */
export function evolveNext(state: KernelState, fact: DurableFact, at: number, cause: number): void {
  state.seq += 1
  if (at > state.at) state.at = at
  state.lastCause = cause
  // The facts that every task has by name, which is faster than the table.
  switch (fact.type) {
    case 'task.added':
      addTask(state, fact)
      return
    case 'task.assigned':
      assign(state, fact)
      return
    case 'attempt.started':
      startAttempt(state, fact)
      return
    case 'attempt.succeeded':
      succeedAttempt(state, fact)
      return
    case 'task.succeeded':
      succeedTask(state, fact)
      return
    case 'message.delivered':
      deliver(state, fact)
      return
    default: {
      const handler = HANDLERS[fact.type] as ((state: KernelState, fact: DurableFact) => void) | undefined
      if (handler !== undefined) handler(state, fact)
    }
  }
}

function startAttempt(state: KernelState, fact: FactOf<'attempt.started'>): void {
  const live = liveOf(state, fact)
  live.started = true
  live.lastBeat = fact.at
  live.lastProgress = fact.at
}

function succeedAttempt(state: KernelState, fact: FactOf<'attempt.succeeded'>): void {
  if (state.config.hedge.hedgesMax > 0) noteDuration(state, fact)
  const task = release(state, fact)
  task.result = fact.result
  task.acceptedEpoch = fact.epoch
  if (fact.outputs.length > 0) task.outputs = fact.outputs
  task.error = undefined
  notePair(state, task)
}

function succeedTask(state: KernelState, fact: FactOf<'task.succeeded'>): void {
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
}

function deliver(state: KernelState, fact: FactOf<'message.delivered'>): void {
  if (fact.kind === 'woke') state.wakes.delete(fact.wake ?? '')
  else if (fact.kind === 'settled') state.settledProgress = state.progress
  else takeMessage(state, fact)
}

type Handlers = { readonly [T in FactType]?: (state: KernelState, fact: FactOf<T>) => void }

const HANDLERS: Handlers = {
  'run.started': (state, fact) => {
    state.run = fact.run
    state.goal = fact.goal
    state.manager = fact.manager
    state.place = fact.place
    state.config = completeConfig(fact.config)
    state.startedAt = fact.at
    for (const entry of fact.workers) {
      state.workers.set(entry.name, { entry, live: 0, slots: [], isFrugal: isFrugal(entry, fact.workers) })
    }
    tell(state, 'goal', fact.seq)
  },
  'run.paused': (state, fact) => {
    state.paused = true
    state.pausedAt = fact.at
    giveBackAll(state)
  },
  'run.resumed': (state, fact) => {
    state.paused = false
    state.pausedMs += fact.at - state.pausedAt
    state.resumedAt = fact.at
  },
  'run.completed': end,
  'run.failed': end,
  'run.exhausted': end,
  'run.cancelled': end,
  'run.reopened': (state, fact) => {
    state.ended = undefined
    state.paused = false
    // What has a longest time counts it from here, and what was cancelled as a whole is open again.
    state.startedAt = fact.at
    state.resumedAt = fact.at
    state.pausedMs = 0
    for (const plan of state.plans.values()) plan.isDeferred = false
    state.closed = false
    for (const task of state.tasks) task.closed = false
    for (const group of state.groups.values()) if (group.closed?.waives === false) group.closed = undefined
  },
  'group.opened': openGroup,
  'group.closed': closeGroup,
  'plan.received': (state, fact) => {
    closePlan(state, fact.request)
    state.receivedPlans.add(fact.request)
    tell(state, 'plan', fact.seq, { text: fact.request, tasks: fact.tasks, groups: fact.groups })
  },
  'plan.deferred': (state, fact) => deferPlan(state, fact.plan),
  'plan.requested': (state, fact) => requestPlan(state, fact.plan, fact.at),
  'plan.rejected': (state, fact) => {
    closePlan(state, fact.plan)
    tell(state, 'planFailed', fact.seq, { text: fact.plan, error: fact.error })
  },
  'task.amended': (state, fact) => {
    const task = moveTask(state, fact, fact.task.id)
    takeFromPlace(state, task)
    task.spec = fact.task
    state.progress += 1
    if (task.status === 'ready') {
      task.readySeq = fact.seq
      state.readied.push(task.index, fact.seq)
    }
  },
  'task.placed': placeTask,
  'task.hedged': (state, fact) => {
    move(state, fact)
    state.hedges += 1
  },
  'task.yielded': yieldTask,
  'result.handed': handResult,
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
    task.yielded = undefined
    task.retries = fact.retry
    task.retryDecided = true
    task.notBefore = fact.notBefore
    task.readyAt = fact.at
    task.readySeq = fact.seq
    task.error = fact.reason
    state.readied.push(task.index, fact.seq)
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
      const { epoch, value, outputs = [] } = fact
      state.quarantine.set(fact.seq, { task: task.index, epoch, value, outputs })
    }
  },
  'result.adopted': (state, fact) => {
    const late = state.quarantine.get(fact.quarantined)
    if (late === undefined) return illegal(fact, 'a late result', `fact ${fact.quarantined}`)
    const task = move(state, fact)
    takeFromPlace(state, task)
    task.result = late.value
    task.acceptedEpoch = fact.epoch
    task.acceptedFrom = fact.predecessor
    task.outputs = fact.outputs ?? []
    task.error = undefined
  },
  'worker.joined': (state, fact) => {
    const worker = state.workers.get(fact.worker) ?? illegal(fact, 'a worker of the run', `"${fact.worker}"`)
    const known = state.slots.get(fact.slot)
    if (known !== undefined && !known.left) illegal(fact, 'a slot that has not joined', `"${fact.slot}"`)
    if (worker.isFrugal) state.released.push(BUDGET)
    if (known?.worker === worker) {
      known.left = false
      state.freed.push(known)
      return
    }
    const slot: SlotRecord = {
      slot: fact.slot,
      worker,
      ordinal: worker.slots.length,
      number: state.slots.size,
      task: -1,
      assignments: 0,
      placed: new Set(),
      left: false,
    }
    worker.slots.push(slot)
    state.slots.set(fact.slot, slot)
    state.freed.push(slot)
  },
  'worker.left': (state, fact) => {
    const slot = state.slots.get(fact.slot) ?? illegal(fact, 'a joined slot', `"${fact.slot}"`)
    slot.left = true
    giveBackOf(state, slot)
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
  'planner.called': (state, fact) => {
    chargePlan(state, fact)
    // What waited for others to settle may now wait in vain.
    state.released.push(BUDGET)
  },
  'model.called': (state, fact) => {
    const task = state.find(fact.task) ?? illegal(fact, 'a task of the run', `"${fact.task}"`)
    if (fact.epoch > task.epoch) illegal(fact, `an epoch up to ${task.epoch}`, `${fact.epoch}`)
    // The budget of an attempt that is over has been settled; its late call is kept in the log alone.
    if (task.live?.epoch !== fact.epoch) return
    const { tokens, costMicros } = task.called ?? NOTHING
    task.called = { tokens: tokens + fact.inputTokens + fact.outputTokens, costMicros: costMicros + fact.costMicros }
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
  'approval.requested': requestApproval,
  'approval.given': (state, fact) => {
    const { request } = giveApproval(state, fact)
    const { granted, by, reason } = fact
    if (request !== undefined) tell(state, 'answered', fact.seq, { text: request, value: { granted, by, reason } })
  },
  'approval.applied': applyApproval,
  'steer.received': (state, fact) => tell(state, 'steer', fact.seq, { text: fact.text, value: fact.by }),
  'manager.decided': (state, fact) => {
    for (const decision of fact.decisions) {
      if (decision.type === 'cancel') closeScope(state, decision.scope)
      if (decision.type !== 'plan') continue
      openPlan(state, decision.request, decision.goal, fact.at)
      state.progress += 1
    }
  },
  'manager.recovered': (state, fact) => {
    state.managerEpoch = fact.managerEpoch
    // Nothing could be assigned while nobody managed the run.
    state.resumedAt = fact.at
    giveBackAll(state)
    for (const plan of state.plans.values()) plan.since = fact.at
  },
  'manager.asked': askForManager,
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

const NOTHING = { tokens: 0, costMicros: 0 }

function isFrugal({ handles, model }: WorkerEntry, workers: readonly WorkerEntry[]): boolean {
  return model === undefined && workers.some((other) => other.handles === handles && other.model !== undefined)
}

function end(state: KernelState, fact: DurableFact): void {
  state.ended = fact.type
  state.openApprovals.clear()
}
