import type { Fact, Json, Usage } from '@bosun/core'
import type { KernelState } from './state/kernel-state.ts'

/** What the shell has to do once the fact behind it is durable. Doing one twice is harmless. */
export type Effect =
  | {
      readonly type: 'assign'
      readonly task: string
      readonly epoch: number
      readonly worker: string
      readonly slot: string
      readonly slice?: Usage
    }
  | { readonly type: 'stop'; readonly task: string; readonly epoch: number }
  | {
      readonly type: 'publish'
      readonly task: string
      readonly epoch: number
      readonly outputs: readonly string[]
      /** The task whose attempt wrote them, where `task` stands in for it. */
      readonly predecessor?: string
    }
  | {
      readonly type: 'answer'
      readonly task: string
      readonly epoch: number
      readonly approval: string
      readonly granted: boolean
    }
  | { readonly type: 'plan'; readonly request: string; readonly goal: Json }
  | { readonly type: 'end' }

/**
 * The effects of one fact: a pure function of it.
 *
 * @param out where they are added; default a new list
 */
export function effects(fact: Fact, out: Effect[] = []): Effect[] {
  switch (fact.type) {
    case 'task.assigned': {
      const { task, epoch, worker, slot, slice } = fact
      const assign = { type: 'assign', task, epoch, worker, slot } as const
      out.push(slice === undefined ? assign : { ...assign, slice })
      break
    }
    case 'attempt.lost':
    case 'attempt.revoked':
      out.push({ type: 'stop', task: fact.task, epoch: fact.epoch })
      break
    case 'attempt.succeeded':
      if (fact.outputs.length > 0) {
        out.push({ type: 'publish', task: fact.task, epoch: fact.epoch, outputs: fact.outputs })
      }
      break
    case 'approval.applied': {
      const { task, epoch, approval, granted } = fact
      out.push({ type: 'answer', task, epoch, approval, granted })
      break
    }
    case 'result.adopted':
      if (fact.outputs !== undefined) out.push(publication(fact.task, fact.epoch, fact.outputs, fact.predecessor))
      break
    case 'manager.decided':
      for (const decision of fact.decisions) {
        if (decision.type === 'plan') out.push({ type: 'plan', request: decision.request, goal: decision.goal })
      }
      break
    case 'plan.requested':
      out.push({ type: 'plan', request: fact.plan, goal: fact.goal })
      break
    case 'run.completed':
    case 'run.failed':
    case 'run.exhausted':
    case 'run.cancelled':
      out.push({ type: 'end' })
      break
    default:
  }
  return out
}

/** Effects whose end is not in the log: what a recovered manager does again. */
export function outstandingEffects(state: KernelState): readonly Effect[] {
  const open: Effect[] = []
  for (const task of state.tasks) {
    if (task.status === 'publishing')
      open.push(publication(task.spec.id, task.acceptedEpoch, task.outputs, task.acceptedFrom))
    else if (task.live !== undefined) {
      const worker = state.slots.get(task.live.slot)?.worker.entry.name ?? ''
      open.push({
        type: 'assign',
        task: task.spec.id,
        epoch: task.live.epoch,
        worker,
        slot: task.live.slot,
        ...(task.slice === undefined ? {} : { slice: task.slice }),
      })
    }
  }
  for (const [request, { goal, isDeferred }] of state.plans) if (!isDeferred) open.push({ type: 'plan', request, goal })
  return open
}

function publication(
  task: string,
  epoch: number,
  outputs: readonly string[],
  predecessor: string | undefined,
): Extract<Effect, { type: 'publish' }> {
  const publish = { type: 'publish', task, epoch, outputs } as const
  return predecessor === undefined ? publish : { ...publish, predecessor }
}
