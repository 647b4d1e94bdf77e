import { hedgedId, type FactOf } from '@bosun/core'
import type { KernelState, SlotRecord } from './kernel-state.ts'
import { RunningMedian } from './running-median.ts'
import type { TaskRecord } from './task-record.ts'

/** Ties a new task to the one that it is the twin of, if it is one. */
export function joinPair(state: KernelState, twin: TaskRecord): void {
  const id = hedgedId(twin.spec.id)
  const task = id === undefined ? undefined : state.taskById.get(id)
  if (task === undefined) return
  task.twin = twin.index
  twin.hedged = task.index
}

/** Notes that something has become of one of a pair. */
export function notePair(state: KernelState, { index, twin, hedged }: TaskRecord): void {
  if (twin >= 0 || hedged >= 0) state.pairsDue.push(index)
}

/** Takes in how long the attempt took that is about to end with success. */
export function noteDuration(state: KernelState, fact: FactOf<'attempt.succeeded'>): void {
  const task = state.find(fact.task)
  // How long a person took to answer says nothing of the work.
  if (task?.live === undefined || task.approvals !== undefined) return
  const { worker } = state.slots.get(task.live.slot) as SlotRecord
  const peers = peersOf(task.spec.type, worker.entry.name)
  let median = state.durations.get(peers)
  if (median === undefined) state.durations.set(peers, (median = new RunningMedian()))
  median.add(fact.at - task.live.assignedAt)
}

/** Under which name times of attempts are kept: those of one type of task by one worker. */
export function peersOf(type: string, worker: string): string {
  return `${type} ${worker}`
}
