import { KeyedHeap } from '../state/keyed-heap.ts'
import type { KernelState } from '../state/kernel-state.ts'
import type { LiveAttempt, TaskRecord } from '../state/task-record.ts'

/**
 * When each live attempt has to be looked at, earliest first. A beat does not move an entry: the look
 * comes, finds the beat and sets the next one. Entries of attempts that ended surface as void.
 */
export class LeaseTimers {
  private readonly heap = new KeyedHeap()
  private readonly state: KernelState

  constructor(state: KernelState) {
    this.state = state
  }

  /** Plans the next look at the live attempt of a task, at `earliest` or later. */
  add(task: TaskRecord, earliest = 0): void {
    if (task.live === undefined) return
    this.heap.push(Math.max(earliest, nextLook(this.state, task, task.live)), task.epoch, task.index)
  }

  /** When the first look is due; `undefined` when there is none. */
  get firstAt(): number | undefined {
    this.dropVoid()
    return this.heap.size === 0 ? undefined : this.heap.topKey
  }

  /**
   * Takes off all looks that are due, and returns their tasks in the order of the run: that of the
   * looks hangs on beats, which a fold does not know.
   */
  takeDue(at: number): readonly TaskRecord[] {
    const due: number[] = []
    for (this.dropVoid(); this.heap.size > 0 && this.heap.topKey <= at; this.dropVoid()) due.push(this.heap.pop())
    return due.sort((a, b) => a - b).map((index) => this.state.tasks[index] as TaskRecord)
  }

  /** Plans all looks anew: after a fold, and when limits have changed. */
  rebuild(): void {
    this.heap.clear()
    for (const slot of this.state.slots.values()) {
      const task = slot.task < 0 ? undefined : this.state.tasks[slot.task]
      if (task !== undefined) this.add(task)
    }
  }

  dropVoid(): void {
    while (this.heap.size > 0) {
      const live = this.state.tasks[this.heap.top]?.live
      if (live !== undefined && live.epoch === this.heap.topTie) return
      this.heap.pop()
    }
  }
}

/** Longest time of one attempt of a task. */
export function timeoutOf(state: KernelState, task: TaskRecord): number {
  return task.spec.limits?.timeoutMs ?? state.config.limits.timeoutMs
}

/** When the first of an attempt's clocks can run out. */
function nextLook(state: KernelState, task: TaskRecord, live: LiveAttempt): number {
  const { leaseMs, progressTimeoutMs } = state.config.lease
  const beat = live.lastBeat + leaseMs
  // While it waits for a person, only its silence ends it.
  if (live.waits > 0) return beat
  const timeout = live.assignedAt + live.waitedMs + timeoutOf(state, task)
  const soonest = beat < timeout ? beat : timeout
  return progressTimeoutMs > 0 ? Math.min(soonest, live.lastProgress + progressTimeoutMs) : soonest
}
