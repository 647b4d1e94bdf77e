import type { KernelState, SlotRecord, WorkerRecord } from '../state/kernel-state.ts'
import { KeyedHeap } from '../state/keyed-heap.ts'
import type { Place, TaskRecord } from '../state/task-record.ts'
import type { Lane } from './lane.ts'
import { RankedSlots } from './ranked-slots.ts'

/** What the index of all tasks knows of one. */
interface Asked {
  laneOf(task: TaskRecord): Lane
  keyOf(task: TaskRecord): number
}

/** A task that is placed, as it was when it was taken in. */
interface Entry {
  readonly place: Place
  readonly slot: SlotRecord
  readonly piles: Piles
}

/**
 * The tasks that are placed on slots, as they are asked for: the oldest of a slot that has become free, the
 * latest of the slot with the most, and the busy slot with the fewest, on which one more is placed.
 *
 * Derived from the state like the index that it is a part of. What has changed since is void, and is dropped
 * as it surfaces, so that each question takes the time of a look at a heap.
 */
export class PlacedTasks {
  private readonly state: KernelState
  private readonly ahead: number
  private readonly asked: Asked
  private readonly entries = new Map<number, Entry>()
  private readonly piles = new Map<Lane, Piles>()
  /** Busy slots by how many tasks are placed on them, if one more may be. */
  private readonly rooms = new Map<WorkerRecord, RankedSlots>()
  /** The oldest task of each free slot, in the strategy's order. */
  private readonly heads = new Map<WorkerRecord, KeyedHeap>()

  constructor(state: KernelState, ahead: number, asked: Asked) {
    this.state = state
    this.ahead = ahead
    this.asked = asked
  }

  rebuild(): void {
    this.entries.clear()
    this.piles.clear()
    this.rooms.clear()
    this.heads.clear()
    for (const slot of this.state.slots.values()) {
      for (const index of slot.placed) this.enter(index)
      this.occupy(slot)
    }
  }

  /** Takes in which tasks were placed, and which are so no longer. */
  absorb(): void {
    const { placings } = this.state
    for (const index of placings) {
      const entry = this.entries.get(index)
      if (entry !== undefined && this.taskOf(index).place !== entry.place) this.leave(index, entry)
      if (!this.entries.has(index)) this.enter(index)
    }
  }

  /** Tells of a slot that has become free. */
  release(slot: SlotRecord): void {
    const [oldest] = slot.placed
    if (oldest === undefined || slot.task !== -1) return
    const task = this.taskOf(oldest)
    this.headsOf(slot.worker).push(this.asked.keyOf(task), task.readySeq, oldest)
  }

  /** Tells of a slot that has become busy. */
  occupy(slot: SlotRecord): void {
    this.roomsOf(slot.worker).offer(slot)
  }

  /** Asks for every key again. */
  reorder(): void {
    this.heads.clear()
    for (const slot of this.state.slots.values()) this.release(slot)
  }

  /** The worker with the free slot whose oldest task comes first, and those oldest tasks. */
  firstOwn(canTake: (worker: WorkerRecord) => boolean): KeyedHeap | undefined {
    let best: KeyedHeap | undefined
    for (const [worker, heap] of this.heads) {
      while (heap.size > 0 && !this.isHead(heap.top)) heap.pop()
      if (heap.size > 0 && (best === undefined || heap.comesBefore(best)) && canTake(worker)) best = heap
    }
    return best
  }

  /** The slot on which one more task for these workers is placed. */
  roomFor(workers: readonly WorkerRecord[]): SlotRecord | undefined {
    let best: SlotRecord | undefined
    for (const worker of workers) {
      const slot = this.roomsOf(worker).first
      if (slot !== undefined && (best === undefined || slot.placed.size < best.placed.size)) best = slot
    }
    return best
  }

  /** The lane with the slot on which the most tasks of one lane are placed, among lanes that may be taken from. */
  fullest(mayTake: (lane: Lane) => boolean): { readonly lane: Lane; readonly task: number } | undefined {
    let best: { lane: Lane; task: number; slot: SlotRecord; count: number } | undefined
    for (const [lane, piles] of this.piles) {
      const slot = piles.fullest
      if (slot === undefined || !mayTake(lane)) continue
      const count = piles.countOn(slot)
      if (best !== undefined && (best.count > count || (best.count === count && best.slot.number < slot.number)))
        continue
      const task = piles.latestOn(slot)
      // Two lanes have their most on one slot: what was placed last goes.
      if (best?.count === count && best.slot === slot && this.isLater(best.task, task)) continue
      best = { lane, task, slot, count }
    }
    return best
  }

  // ---------------------------------------------------------------------------------------------

  private enter(index: number): void {
    const task = this.taskOf(index)
    if (task.place === undefined) return
    const slot = this.state.slots.get(task.place.slot) as SlotRecord
    const piles = this.pilesOf(this.asked.laneOf(task))
    this.entries.set(index, { place: task.place, slot, piles })
    piles.put(slot, index, task.place.seq)
    this.occupy(slot)
    this.release(slot)
  }

  private leave(index: number, { slot, piles }: Entry): void {
    this.entries.delete(index)
    piles.drop(slot)
    this.occupy(slot)
    this.release(slot)
  }

  /** Whether a task is the oldest one on a slot that is free. */
  private isHead(index: number): boolean {
    const slot = this.entries.get(index)?.slot
    if (slot === undefined || slot.task !== -1 || slot.left) return false
    const [oldest] = slot.placed
    return oldest === index
  }

  private isLater(one: number, other: number): boolean {
    return (this.entries.get(one)?.place.seq ?? 0) > (this.entries.get(other)?.place.seq ?? 0)
  }

  private taskOf(index: number): TaskRecord {
    return this.state.tasks[index] as TaskRecord
  }

  private pilesOf(lane: Lane): Piles {
    let piles = this.piles.get(lane)
    if (piles === undefined)
      this.piles.set(lane, (piles = new Piles((task, seq) => this.entries.get(task)?.place.seq === seq)))
    return piles
  }

  private headsOf(worker: WorkerRecord): KeyedHeap {
    let heads = this.heads.get(worker)
    if (heads === undefined) this.heads.set(worker, (heads = new KeyedHeap()))
    return heads
  }

  private roomsOf(worker: WorkerRecord): RankedSlots {
    let rooms = this.rooms.get(worker)
    if (rooms === undefined) {
      const rankOf = ({ task, left, placed }: SlotRecord) =>
        task === -1 || left || placed.size >= this.ahead ? undefined : placed.size
      this.rooms.set(worker, (rooms = new RankedSlots(rankOf)))
    }
    return rooms
  }
}

/** Numbers of tasks that have left a stack and may be left in it. */
const VOID_MAX = 64

/** The tasks of one lane that are placed, by slot, the latest on top. */
class Piles {
  /** Each task followed by the fact that placed it. */
  private readonly stacks = new Map<SlotRecord, number[]>()
  private readonly counts = new Map<SlotRecord, number>()
  private readonly isThere: (task: number, seq: number) => boolean
  private readonly ranked = new RankedSlots((slot) => {
    const count = this.countOn(slot)
    return count === 0 ? undefined : -count
  })

  constructor(isThere: (task: number, seq: number) => boolean) {
    this.isThere = isThere
  }

  put(slot: SlotRecord, task: number, seq: number): void {
    let stack = this.stacks.get(slot) ?? []
    // Owners take from below, where what has left would stay for ever.
    if (stack.length > 4 * this.countOn(slot) + VOID_MAX) stack = this.still(stack)
    stack.push(task, seq)
    this.stacks.set(slot, stack)
    this.count(slot, 1)
  }

  drop(slot: SlotRecord): void {
    this.count(slot, -1)
  }

  countOn(slot: SlotRecord): number {
    return this.counts.get(slot) ?? 0
  }

  get fullest(): SlotRecord | undefined {
    return this.ranked.first
  }

  /** The task on top of a pile that is not empty. */
  latestOn(slot: SlotRecord): number {
    const stack = this.stacks.get(slot) as number[]
    while (!this.isThere(stack.at(-2) as number, stack.at(-1) as number)) stack.length -= 2
    return stack.at(-2) as number
  }

  private still(stack: readonly number[]): number[] {
    return stack.filter((_, at) => this.isThere(stack[at - (at % 2)] as number, stack[at - (at % 2) + 1] as number))
  }

  private count(slot: SlotRecord, step: 1 | -1): void {
    this.counts.set(slot, this.countOn(slot) + step)
    this.ranked.offer(slot)
  }
}
