import type { RunView, Strategy, TaskView } from '@bosun/core'
import { resourcesOf } from '../state/evolve.ts'
import { KeyedHeap } from '../state/keyed-heap.ts'
import type { KernelState, SlotRecord, WorkerRecord } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { RemainingPath } from './remaining-path.ts'

/** Ready tasks that the same workers can do, in the strategy's order. */
interface Lane {
  readonly workers: readonly WorkerRecord[]
  readonly ready: KeyedHeap
}

/** A task and the slot that the strategy gives it. */
export interface Match {
  readonly task: TaskRecord
  readonly slot: SlotRecord
}

/**
 * The order in which ready tasks are assigned: derived from the state and a strategy, kept up to date
 * by what the facts touched, never stored. A rebuilt index decides as the incremental one does.
 *
 * One matcher serves push and pull alike: whether a task became ready or a slot became free, the
 * first ready task in the order that has a free, able slot is assigned under the manager's rule.
 */
export class DispatchIndex {
  readonly rule: string
  private readonly state: KernelState
  private readonly strategy: Strategy
  private readonly view: RunView
  private readonly lanes = new Map<string, Lane>()
  /** The lanes by the type of tasks that name no skill, which spares composing a key. */
  private readonly plainLanes = new Map<string, Lane>()
  private readonly free = new Map<WorkerRecord, FreeSlots>()
  private readonly parked = new Map<string, number[]>()
  /** Retries that wait for their time. */
  private readonly backoff = new KeyedHeap()
  /** Ready tasks by how long they have been so. */
  private readonly oldest = new KeyedHeap()
  private readonly remaining: RemainingPath | undefined

  constructor(state: KernelState, strategy: Strategy, view: RunView) {
    this.state = state
    this.strategy = strategy
    this.view = view
    this.rule = `${strategy.order.name}/${strategy.placement.name}`
    this.remaining = strategy.order.changesWithPatches === true ? new RemainingPath(state) : undefined
  }

  /** Takes in what the latest facts touched. */
  absorb(at: number): void {
    const { readied, freed, released } = this.state
    if (released.length > 0) this.unpark(released)
    if (this.remaining?.update() === true) this.reorder()
    for (const slot of freed) if (slot.task === -1 && !slot.left) this.freeOf(slot.worker).add(slot.ordinal)
    for (const index of readied) this.enter(this.state.tasks[index] as TaskRecord, at)
    freed.length = 0
    readied.length = 0
    released.length = 0
    while (this.backoff.size > 0 && this.backoff.topKey <= at) {
      this.enqueue(this.state.tasks[this.backoff.pop()] as TaskRecord)
    }
  }

  /** Builds the index anew from the state alone. */
  rebuild(at: number): void {
    const { readied, freed, released } = this.state
    this.lanes.clear()
    this.plainLanes.clear()
    this.free.clear()
    this.parked.clear()
    this.backoff.clear()
    this.oldest.clear()
    readied.length = 0
    freed.length = 0
    released.length = 0
    for (const slot of this.state.slots.values()) freed.push(slot)
    for (const task of this.state.tasks) if (isDispatchable(task)) readied.push(task.index)
    readied.sort((a, b) => (this.state.tasks[a] as TaskRecord).readySeq - (this.state.tasks[b] as TaskRecord).readySeq)
    this.remaining?.rebuild()
    this.absorb(at)
  }

  /** The next assignment under order and placement, or `undefined` when nothing fits. Takes both off the index. */
  match(): Match | undefined {
    for (;;) {
      const found = this.firstLane()
      if (found === undefined) return undefined
      const task = this.state.tasks[found.lane.ready.pop()] as TaskRecord
      const blocked = this.blockingResource(task)
      if (blocked !== undefined) {
        this.park(task, blocked)
        continue
      }
      return { task, slot: this.place(task, found.workers) }
    }
  }

  /** Sets a task aside until a resource, or the budget, is given back. */
  park(task: TaskRecord, resource: string): void {
    const parked = this.parked.get(resource)
    if (parked === undefined) this.parked.set(resource, [task.index])
    else parked.push(task.index)
  }

  /** The task that has been ready the longest, whatever keeps it. */
  oldestReady(): TaskRecord | undefined {
    this.dropVoidOldest()
    return this.oldest.size === 0 ? undefined : (this.state.tasks[this.oldest.top] as TaskRecord)
  }

  /** When the first backoff ends, if any waits. */
  get nextRetryAt(): number | undefined {
    return this.backoff.size > 0 ? this.backoff.topKey : undefined
  }

  /** A resource that the task needs and another holds. */
  blockingResource(task: TaskRecord): string | undefined {
    if (task.spec.uses === undefined && task.spec.excludes === undefined) return undefined
    for (const { resource, mode } of resourcesOf(task.spec)) {
      const hold = this.state.resources.get(resource)
      if (hold !== undefined && (hold.writers > 0 || (mode === 'write' && hold.readers > 0))) return resource
    }
    return undefined
  }

  /** The workers able to do a task. */
  workersFor(type: string, skills?: readonly string[]): readonly WorkerRecord[] {
    return this.laneOf(type, skills).workers
  }

  // ---------------------------------------------------------------------------------------------

  /** The lane whose first task comes first, among lanes with a worker that can take one now. */
  private firstLane(): { lane: Lane; workers: readonly WorkerRecord[] } | undefined {
    let best: Lane | undefined
    for (const lane of this.lanes.values()) {
      this.dropVoid(lane)
      if (lane.ready.size === 0 || !lane.workers.some((worker) => this.canTake(worker))) continue
      if (
        best === undefined ||
        lane.ready.topKey < best.ready.topKey ||
        (lane.ready.topKey === best.ready.topKey && lane.ready.topTie < best.ready.topTie)
      ) {
        best = lane
      }
    }
    return best === undefined ? undefined : { lane: best, workers: best.workers }
  }

  private dropVoid(lane: Lane): void {
    while (lane.ready.size > 0) {
      const task = this.state.tasks[lane.ready.top] as TaskRecord
      if (isDispatchable(task) && task.readySeq === lane.ready.topTie) return
      lane.ready.pop()
    }
  }

  private dropVoidOldest(): void {
    while (this.oldest.size > 0) {
      const task = this.state.tasks[this.oldest.top] as TaskRecord
      if (isDispatchable(task) && task.readySeq === this.oldest.topTie) return
      this.oldest.pop()
    }
  }

  private canTake(worker: WorkerRecord): boolean {
    const cap = worker.entry.slotsMax
    if (cap !== undefined && worker.live >= cap) return false
    const free = this.freeOf(worker)
    for (let ordinal = free.first; ordinal !== undefined; ordinal = free.first) {
      const slot = worker.slots[ordinal] as SlotRecord
      if (slot.task === -1 && !slot.left) return true
      free.take()
    }
    return false
  }

  private place(task: TaskRecord, workers: readonly WorkerRecord[]): SlotRecord {
    const able = workers.filter((worker) => this.canTake(worker))
    const choose = this.strategy.placement.choose
    if (choose === undefined) {
      const worker = able[0] as WorkerRecord
      return worker.slots[this.freeOf(worker).take()] as SlotRecord
    }
    const slots = able.flatMap((worker) => worker.slots.filter((slot) => slot.task === -1 && !slot.left))
    const views = slots.map((slot) => ({
      slot: slot.slot,
      worker: slot.worker.entry.name,
      assignments: slot.assignments,
    }))
    // The entry in the heap of free slots turns void with the assignment and is dropped when it surfaces.
    return slots[choose(task, views, this.view)] ?? (slots[0] as SlotRecord)
  }

  private enter(task: TaskRecord, at: number): void {
    if (!isDispatchable(task)) return
    this.dropVoidOldest()
    this.oldest.push(Math.max(task.readyAt, task.notBefore), task.readySeq, task.index)
    if (task.notBefore > at) this.backoff.push(task.notBefore, task.readySeq, task.index)
    else this.enqueue(task)
  }

  private enqueue(task: TaskRecord): void {
    if (!isDispatchable(task)) return
    this.laneOf(task.spec.type, task.spec.skills).ready.push(
      this.strategy.order.key(this.seen(task), this.view),
      task.readySeq,
      task.index,
    )
  }

  private seen(task: TaskRecord): TaskView {
    if (this.remaining !== undefined) task.remaining = this.remaining.of(task.index)
    return task
  }

  /** Asks for every key again, because a patch may have changed them. */
  private reorder(): void {
    for (const lane of this.lanes.values()) {
      const tasks: TaskRecord[] = []
      for (this.dropVoid(lane); lane.ready.size > 0; this.dropVoid(lane))
        tasks.push(this.state.tasks[lane.ready.pop()] as TaskRecord)
      for (const task of tasks) this.enqueue(task)
    }
  }

  private unpark(released: readonly string[]): void {
    for (const resource of released) {
      const tasks = this.parked.get(resource)
      if (tasks === undefined) continue
      this.parked.delete(resource)
      for (const index of tasks) this.enqueue(this.state.tasks[index] as TaskRecord)
    }
  }

  private laneOf(type: string, skills: readonly string[] = NO_SKILLS): Lane {
    const plain = skills.length === 0
    const known = plain ? this.plainLanes.get(type) : this.lanes.get(laneKey(type, skills))
    if (known !== undefined) return known
    const workers = Array.from(this.state.workers.values()).filter(
      ({ entry }) => entry.handles === type && skills.every((skill) => entry.skills.includes(skill)),
    )
    const lane: Lane = { workers, ready: new KeyedHeap() }
    if (workers.length > 0) this.lanes.set(laneKey(type, skills), lane)
    if (plain && workers.length > 0) this.plainLanes.set(type, lane)
    return lane
  }

  private freeOf(worker: WorkerRecord): FreeSlots {
    let free = this.free.get(worker)
    if (free === undefined) {
      free = new FreeSlots()
      this.free.set(worker, free)
    }
    return free
  }
}

const NO_SKILLS: readonly string[] = []

/** Ordinals of one worker's free slots, each listed at most once; taken ones surface as void. */
class FreeSlots {
  private readonly ordinals = new KeyedHeap()
  private readonly listed: boolean[] = []

  add(ordinal: number): void {
    if (this.listed[ordinal] === true) return
    this.listed[ordinal] = true
    this.ordinals.push(ordinal, 0, ordinal)
  }

  get first(): number | undefined {
    return this.ordinals.size > 0 ? this.ordinals.top : undefined
  }

  take(): number {
    const ordinal = this.ordinals.pop()
    this.listed[ordinal] = false
    return ordinal
  }
}

function isDispatchable(task: TaskRecord): boolean {
  return (
    task.status === 'ready' ||
    task.status === 'placed' ||
    (task.status === 'retrying' && task.live === undefined && task.retryDecided)
  )
}

function laneKey(type: string, skills: readonly string[]): string {
  return skills.length === 0 ? type : `${type} ${Array.from(skills).sort().join(' ')}`
}
