import type { KernelState, SlotRecord, WorkerRecord } from '../state/kernel-state.ts'
import { KeyedHeap } from '../state/keyed-heap.ts'
import { peersOf } from '../state/pairs.ts'
import type { TaskRecord } from '../state/task-record.ts'

/** An attempt that takes far longer than its peers, or will have from some time on. */
export interface Straggler {
  readonly task: TaskRecord
  readonly typicalMs: number
  /** From when on it counts as one. */
  readonly dueAt: number
}

/**
 * Running attempts that may get a twin, by task type and worker, the one that began first on top: of its peers
 * it is the first to take too long. Derived from the state, like the index that it is a part of.
 */
export class HedgeIndex {
  private readonly state: KernelState
  private readonly running = new Map<string, KeyedHeap>()

  constructor(state: KernelState) {
    this.state = state
  }

  rebuild(): void {
    this.running.clear()
    for (const slot of this.state.slots.values()) this.occupy(slot)
  }

  /** Tells of a slot that a task was assigned to. */
  occupy({ task: index, worker }: SlotRecord): void {
    const task = this.state.tasks[index]
    if (task?.live === undefined || !mayHaveTwin(task, worker)) return
    const peers = peersOf(task.spec.type, worker.entry.name)
    let heap = this.running.get(peers)
    if (heap === undefined) this.running.set(peers, (heap = new KeyedHeap()))
    heap.push(task.live.assignedAt, task.live.epoch, index)
  }

  /** The first to count as a straggler, among those for which there is somebody to take over. */
  first(isWanted: (straggler: Straggler) => boolean): Straggler | undefined {
    let best: Straggler | undefined
    const { afterRatio, afterMsMin, samplesMin } = this.state.config.hedge
    for (const [peers, heap] of this.running) {
      const times = this.state.durations.get(peers)
      while (heap.size > 0 && !this.isCurrent(heap)) heap.pop()
      if (heap.size === 0 || times === undefined || times.size < samplesMin) continue
      const typicalMs = times.median
      const dueAt = heap.topKey + Math.max(afterMsMin, Math.ceil(afterRatio * typicalMs))
      const straggler = { task: this.state.tasks[heap.top] as TaskRecord, typicalMs, dueAt }
      if (best !== undefined && isBefore(best, straggler)) continue
      if (isWanted(straggler)) best = straggler
    }
    return best
  }

  private isCurrent(heap: KeyedHeap): boolean {
    const task = this.state.tasks[heap.top] as TaskRecord
    return task.live?.epoch === heap.topTie && task.twin < 0 && task.approvals === undefined
  }
}

/**
 * Whether repeating the work of a task is safe and possible: its worker does nothing that counts twice, it holds
 * nothing that its twin would wait for, and no group bounds how many of its tasks run. One that has asked a person
 * would ask again, and may take long for that alone.
 */
function mayHaveTwin({ spec, group, twin, hedged, approvals }: TaskRecord, { entry }: WorkerRecord): boolean {
  if (twin >= 0 || hedged >= 0 || approvals !== undefined || entry.effects === 'once') return false
  return spec.uses === undefined && spec.excludes === undefined && group?.bounding === undefined
}

function isBefore(one: Straggler, other: Straggler): boolean {
  return one.dueAt === other.dueAt ? one.task.index < other.task.index : one.dueAt < other.dueAt
}
