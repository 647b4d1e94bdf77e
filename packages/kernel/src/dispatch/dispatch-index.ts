import type { RunView, Strategy, TaskView } from '@bosun/core'
import { resourcesOf } from '../state/resource-holds.ts'
import { KeyedHeap } from '../state/keyed-heap.ts'
import type { GroupRecord } from '../state/group-record.ts'
import type { KernelState, SlotRecord, WorkerRecord } from '../state/kernel-state.ts'
import type { TaskRecord } from '../state/task-record.ts'
import { criticalPath } from '../strategies/orders.ts'
import { FreeSlots } from './free-slots.ts'
import { HedgeIndex, type Straggler } from './hedge-index.ts'
import { isFirstPlaceable, type Lane } from './lane.ts'
import { PlacedTasks } from './placed-tasks.ts'
import { RemainingPath } from './remaining-path.ts'

/** A task that can be assigned now, and the workers that can do it. */
export interface Match {
  readonly task: TaskRecord
  readonly workers: readonly WorkerRecord[]
  /** Which policies chose. */
  readonly rule: string
  /** The slot that it is placed on, for which alone it comes now. */
  readonly slot?: SlotRecord
}

/**
 * The order in which ready tasks are assigned: derived from the state and a strategy, kept up to date
 * by what the facts touched, never stored. A rebuilt index decides as the incremental one does.
 *
 * One matcher serves push and pull alike: whether a task became ready or a slot became free, the
 * first ready task in the order that has a free, able slot is assigned under the manager's rule.
 *
 * Where the strategy places tasks ahead, a free slot takes its own oldest task or the first one that waits
 * for any slot, whichever comes first in the order; where it steals, one that finds neither takes the latest
 * task of the slot with the most.
 *
 * A task that may be assigned is listed in one place: a lane, the backoff or a parking list. Each
 * entry carries the `readySeq` under which it was made; when the task has another one, it is void.
 */
export class DispatchIndex {
  readonly rule: string
  /** The same for a task that is taken from the slot it was placed on. */
  readonly stealRule: string
  /** Time up to which the index is kept. */
  at = 0
  private readonly state: KernelState
  private readonly strategy: Strategy
  private readonly view: RunView
  private readonly lanes = new Map<string, Lane>()
  /** The same lanes as a list, which is walked for every assignment. */
  private readonly laneList: Lane[] = []
  /** The lanes by the type of tasks that name no skill, which spares composing a key. */
  private readonly plainLanes = new Map<string, Lane>()
  private readonly free = new Map<WorkerRecord, FreeSlots>()
  /** Those that were asked for last: the same worker is asked about several times in a row. */
  private latest: FreeSlots | undefined
  private readonly parked = new Map<string, number[]>()
  /** Retries that wait for their time. */
  private readonly backoff = new KeyedHeap()
  /** Ready tasks by how long they have been so. */
  private readonly oldest = new KeyedHeap()
  private readonly remaining: RemainingPath | undefined
  /** Absent where nothing is placed ahead. */
  private readonly placed: PlacedTasks | undefined
  private readonly hedges: HedgeIndex
  /** Tasks whose patches the keys have taken in. */
  private patched = 0

  constructor(state: KernelState, strategy: Strategy, view: RunView) {
    this.state = state
    this.strategy = strategy
    this.view = view
    this.rule = `${strategy.order.name}/${strategy.placement.name}`
    this.stealRule = `${this.rule}/steal`
    this.hedges = new HedgeIndex(state)
    this.placed = strategy.dispatch.ahead > 0 ? this.placedTasks(strategy.dispatch.ahead) : undefined
    this.remaining = strategy.order.changesWithPatches === true ? new RemainingPath(state) : undefined
  }

  /** Takes in what the latest facts touched. */
  absorb(at: number): void {
    const { readied, freed, placings, released } = this.state
    this.at = at
    if (this.remaining !== undefined && this.keysMoved(this.remaining)) this.reorder()
    for (let name = released.pop(); name !== undefined; name = released.pop()) this.unpark(name)
    for (let slot = freed.pop(); slot !== undefined; slot = freed.pop()) {
      if (slot.task !== -1 || slot.left) continue
      this.freeOf(slot.worker).add(slot.ordinal)
      this.placed?.release(slot)
    }
    if (placings.length > 0) {
      this.placed?.absorb()
      while (placings.length > 0) placings.pop()
    }
    for (let entry = 0; entry < readied.length; entry += 2) {
      this.enter(this.state.tasks[readied[entry] as number] as TaskRecord, readied[entry + 1] as number, at)
    }
    // Emptied by pops, which keeps the memory of the list for the next time.
    while (readied.length > 0) readied.pop()
    while (this.backoff.size > 0 && this.backoff.topKey <= at) {
      const seq = this.backoff.topTie
      this.enqueue(this.state.tasks[this.backoff.pop()] as TaskRecord, seq)
    }
  }

  /** Builds the index anew from the state alone. */
  rebuild(at: number): void {
    const { readied, freed, placings, released } = this.state
    this.lanes.clear()
    this.laneList.length = 0
    this.plainLanes.clear()
    this.free.clear()
    this.latest = undefined
    this.parked.clear()
    this.backoff.clear()
    this.oldest.clear()
    readied.length = 0
    freed.length = 0
    placings.length = 0
    released.length = 0
    for (const slot of this.state.slots.values()) freed.push(slot)
    for (const task of this.state.tasks) if (isDispatchable(task)) readied.push(task.index, task.readySeq)
    this.remaining?.rebuild()
    this.patched = this.state.tasks.length
    this.placed?.rebuild()
    this.hedges.rebuild()
    for (const task of this.state.tasks) if (task.status === 'placed') this.noteWait(task, task.readySeq)
    this.absorb(at)
  }

  /** The next task to assign, or `undefined` when nothing fits. Takes it off the index. */
  match(): Match | undefined {
    for (let lane = this.firstLane(); lane !== undefined; lane = this.firstLane()) {
      const own = this.placed?.firstOwn(this.mayTake)
      if (own?.comesBefore(lane.ready) === true) return this.ownMatch(own)
      const task = this.state.tasks[lane.ready.pop()] as TaskRecord
      const blocked = this.blockingResource(task)
      if (blocked === undefined) return { task, workers: lane.workers, rule: this.rule }
      this.park(task, blocked)
    }
    if (this.placed === undefined) return undefined
    const own = this.placed.firstOwn(this.mayTake)
    return own === undefined ? this.theft() : this.ownMatch(own)
  }

  /** Whether some task has a free slot that can take it. */
  get hasMatch(): boolean {
    if (this.firstLane() !== undefined) return true
    return this.placed?.firstOwn(this.mayTake) !== undefined || this.theft() !== undefined
  }

  /** The next task to place on a busy slot. Takes it off the index. */
  nextPlacing(): { readonly task: TaskRecord; readonly slot: SlotRecord } | undefined {
    let best: { readonly lane: Lane; readonly slot: SlotRecord } | undefined
    for (const lane of this.laneList) {
      this.dropVoid(lane.ready)
      if (lane.ready.size === 0 || (best !== undefined && best.lane.ready.comesBefore(lane.ready))) continue
      // What only the caps of the run hold back is not bound to a slot that is busy.
      if (!isFirstPlaceable(this.state, lane) || this.firstFree(lane.workers) !== undefined) continue
      const slot = this.placed?.roomFor(lane.workers)
      if (slot !== undefined) best = { lane, slot }
    }
    if (best === undefined) return undefined
    return { task: this.state.tasks[best.lane.ready.pop()] as TaskRecord, slot: best.slot }
  }

  /** Tells of a slot that a task was assigned to. */
  occupy(slot: SlotRecord): void {
    this.placed?.occupy(slot)
    if (this.state.config.hedge.hedgesMax > 0) this.hedges.occupy(slot)
  }

  /** The attempt that is the first to take far longer than its peers while a slot is free to do its work as well. */
  straggler(isWanted: (straggler: Straggler, worker: WorkerRecord) => boolean): Straggler | undefined {
    return this.hedges.first((straggler) => {
      const worker = this.firstFree(this.laneOfTask(straggler.task).workers)
      return worker !== undefined && isWanted(straggler, worker)
    })
  }

  /** The slot that the strategy gives a matched task; the task is to be assigned to it. */
  place({ task, workers, slot: own }: Match): SlotRecord {
    if (own !== undefined) return own
    const choose = this.strategy.placement.choose
    if (choose === undefined) {
      const worker = this.firstFree(workers) as WorkerRecord
      return worker.slots[this.freeOf(worker).take()] as SlotRecord
    }
    const slots = workers
      .filter((worker) => this.canTake(worker))
      .flatMap((worker) => worker.slots.filter((slot) => slot.task === -1 && !slot.left))
    const views = slots.map((slot) => ({
      slot: slot.slot,
      worker: slot.worker.entry.name,
      assignments: slot.assignments,
    }))
    // The entry in the heap of free slots turns void with the assignment and is dropped when it surfaces.
    return slots[choose(task, views, this.view)] ?? (slots[0] as SlotRecord)
  }

  /** The same among the workers that need no model; `undefined` when none of them is free. */
  placeFrugally({ task, workers, rule }: Match): SlotRecord | undefined {
    const frugal = workers.filter((worker) => worker.isFrugal)
    return this.firstFree(frugal) === undefined ? undefined : this.place({ task, workers: frugal, rule })
  }

  /** Takes back a slot that `place` gave and that was not used. */
  giveBack(slot: SlotRecord): void {
    this.freeOf(slot.worker).add(slot.ordinal)
  }

  /** Sets a task aside until a resource, or the budget, is given back. */
  park(task: TaskRecord, resource: string): void {
    const parked = this.parked.get(resource)
    if (parked === undefined) this.parked.set(resource, [task.index, task.readySeq])
    else parked.push(task.index, task.readySeq)
  }

  /** The task that has been ready the longest, whatever keeps it. */
  oldestReady(): TaskRecord | undefined {
    while (this.oldest.size > 0 && !isWaiting(this.state.tasks[this.oldest.top] as TaskRecord, this.oldest.topTie))
      this.oldest.pop()
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
  private firstLane(): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.laneList) {
      this.dropVoid(lane.ready)
      if (lane.ready.size === 0 || lane.group?.hasRoom === false) continue
      if (this.firstFree(lane.workers) === undefined) continue
      if (best === undefined || lane.ready.comesBefore(best.ready)) best = lane
    }
    return best
  }

  private placedTasks(ahead: number): PlacedTasks {
    const laneOf = (task: TaskRecord) => this.laneOfTask(task)
    const keyOf = (task: TaskRecord) => this.keyOf(task)
    return new PlacedTasks(this.state, ahead, { laneOf, keyOf })
  }

  private ownMatch(own: KeyedHeap): Match {
    const task = this.state.tasks[own.pop()] as TaskRecord
    const slot = this.state.slots.get(task.place?.slot ?? '') as SlotRecord
    return { task, workers: [slot.worker], rule: this.rule, slot }
  }

  /** What a free slot takes that has nothing left: a task that is placed on another. */
  private theft(): Match | undefined {
    if (!this.strategy.dispatch.steal) return undefined
    const taken = this.placed?.fullest(({ workers }) => this.firstFree(workers) !== undefined)
    if (taken === undefined) return undefined
    return { task: this.state.tasks[taken.task] as TaskRecord, workers: taken.lane.workers, rule: this.stealRule }
  }

  private firstFree(workers: readonly WorkerRecord[]): WorkerRecord | undefined {
    for (const worker of workers) if (this.canTake(worker)) return worker
    return undefined
  }

  private dropVoid(heap: KeyedHeap): void {
    while (heap.size > 0 && !isCurrent(this.state.tasks[heap.top] as TaskRecord, heap.topTie)) heap.pop()
  }

  private readonly mayTake = (worker: WorkerRecord): boolean => this.canTake(worker)

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

  private enter(task: TaskRecord, seq: number, at: number): void {
    if (!isCurrent(task, seq)) return
    this.noteWait(task, seq)
    if (task.notBefore > at) this.backoff.push(task.notBefore, seq, task.index)
    else this.enqueue(task, seq)
  }

  private noteWait(task: TaskRecord, seq: number): void {
    this.oldestReady()
    this.oldest.push(Math.max(task.readyAt, task.notBefore), seq, task.index)
  }

  private enqueue(task: TaskRecord, seq: number): void {
    if (!isCurrent(task, seq)) return
    this.laneOfTask(task).ready.push(this.keyOf(task), seq, task.index)
  }

  /**
   * Whether tasks that came in since may have changed keys. The critical path tells by itself; of any
   * other order only its author knows, so every patch counts.
   */
  private keysMoved(remaining: RemainingPath): boolean {
    const isPatched = this.patched < this.state.tasks.length
    this.patched = this.state.tasks.length
    const isLonger = remaining.update()
    return isPatched && (isLonger || this.strategy.order.key !== criticalPath.key)
  }

  private seen(task: TaskRecord): TaskView {
    if (this.remaining !== undefined) task.remaining = this.remaining.of(task.index)
    return task
  }

  /** Asks for every key again, because a patch may have changed them. */
  private reorder(): void {
    for (const lane of this.lanes.values()) {
      const tasks: TaskRecord[] = []
      for (this.dropVoid(lane.ready); lane.ready.size > 0; this.dropVoid(lane.ready))
        tasks.push(this.state.tasks[lane.ready.pop()] as TaskRecord)
      for (const task of tasks) this.enqueue(task, task.readySeq)
    }
    this.placed?.reorder()
  }

  private keyOf(task: TaskRecord): number {
    const key = this.strategy.order.key(this.seen(task), this.view)
    // A policy that answers with no number puts the task last instead of the heap out of order.
    return Number.isNaN(key) ? Infinity : key
  }

  private laneOfTask({ spec, group }: TaskRecord): Lane {
    return this.laneOf(spec.type, spec.skills, group?.bounding)
  }

  private unpark(resource: string): void {
    const tasks = this.parked.get(resource)
    if (tasks === undefined) return
    this.parked.delete(resource)
    for (let entry = 0; entry < tasks.length; entry += 2) {
      this.enqueue(this.state.tasks[tasks[entry] as number] as TaskRecord, tasks[entry + 1] as number)
    }
  }

  private laneOf(type: string, skills: readonly string[] = NO_SKILLS, group?: GroupRecord): Lane {
    const plain = skills.length === 0 && group === undefined
    const known = plain ? this.plainLanes.get(type) : this.lanes.get(laneKey(type, skills, group))
    if (known !== undefined) return known
    const workers = Array.from(this.state.workers.values()).filter(
      ({ entry }) => entry.handles === type && skills.every((skill) => entry.skills.includes(skill)),
    )
    const lane: Lane = { workers, group, ready: new KeyedHeap() }
    if (workers.length === 0) return lane
    this.lanes.set(laneKey(type, skills, group), lane)
    this.laneList.push(lane)
    if (plain) this.plainLanes.set(type, lane)
    return lane
  }

  private freeOf(worker: WorkerRecord): FreeSlots {
    if (worker === this.latest?.worker) return this.latest
    let free = this.free.get(worker)
    if (free === undefined) {
      free = new FreeSlots(worker)
      this.free.set(worker, free)
    }
    this.latest = free
    return free
  }
}

const NO_SKILLS: readonly string[] = []

function isDispatchable(task: TaskRecord): boolean {
  return task.status === 'ready' || (task.status === 'retrying' && task.live === undefined && task.retryDecided)
}

/** Whether an entry that was made under this `readySeq` still stands. */
function isCurrent(task: TaskRecord, seq: number): boolean {
  return task.readySeq === seq && isDispatchable(task)
}

/** Whether such a task waits for a slot: for any, or for the one that it is placed on. */
function isWaiting(task: TaskRecord, seq: number): boolean {
  return task.readySeq === seq && (task.status === 'placed' || isDispatchable(task))
}

/** Since when a ready task has been waiting for a slot. A pause is not held against it. */
export function waitsSince(state: KernelState, task: TaskRecord): number {
  return Math.max(task.readyAt, task.notBefore, state.resumedAt)
}

function laneKey(type: string, skills: readonly string[], group: GroupRecord | undefined): string {
  if (skills.length === 0 && group === undefined) return type
  return JSON.stringify([type, Array.from(skills).sort(), group?.name ?? ''])
}
