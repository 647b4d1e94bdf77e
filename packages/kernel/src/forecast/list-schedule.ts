import type { Task } from '@bosun/core'
import { KeyedHeap } from '../state/keyed-heap.ts'

/** How many tasks may run at the same time. */
export interface Slots {
  /** Of all types together. */
  readonly slotsMax: number
  /** Of one type; absent or beyond `slotsMax`: as many as of all together. */
  readonly slotsOf?: (type: string) => number
}

/**
 * When the last task ends if each takes as long as is said, a free slot takes the task that has been ready
 * the longest, and nothing else delays: Graham's list scheduling.
 *
 * The end is never before the longest path, nor before the work of all tasks divided by the slots. It is not
 * monotone: with more slots, or shorter tasks, it may come later (Graham's anomalies), by at most as much
 * again as the work left to one slot.
 *
 * @param ordered tasks after their dependencies; a dependency that is not among them holds nothing up
 */
export function listSchedule(ordered: readonly Task[], msOf: (task: Task) => number, slots: Slots): number {
  const schedule = new Schedule(ordered, slots)
  for (let free = schedule.take(); ; free = schedule.take()) {
    if (free !== undefined) schedule.begin(free, msOf(ordered[free] as Task))
    else if (!schedule.endNext()) return schedule.now
  }
}

/** What is ready, what runs and until when. Tasks are told by their index. */
class Schedule {
  now = 0
  readonly #tasks: readonly Task[]
  readonly #slots: Slots
  readonly #pending: number[] = []
  readonly #dependants: number[][] = []
  /** Ready tasks by type, with their turn. */
  readonly #ready = new Map<string, KeyedHeap>()
  readonly #live = new Map<string, number>()
  readonly #running = new KeyedHeap()
  #turns = 0

  constructor(tasks: readonly Task[], slots: Slots) {
    this.#tasks = tasks
    this.#slots = slots
    const indexes = new Map(tasks.map(({ id }, index) => [id, index]))
    for (const _ of tasks) this.#dependants.push([])
    for (const [index, { dependsOn = [] }] of tasks.entries()) {
      const before = new Set(dependsOn.flatMap((id) => indexes.get(id) ?? []))
      this.#pending.push(before.size)
      for (const other of before) this.#dependants[other]?.push(index)
      if (before.size === 0) this.#readied(index)
    }
  }

  /** The task that has been ready the longest among those for which there is a slot. */
  take(): number | undefined {
    if (this.#running.size >= this.#slots.slotsMax) return undefined
    let first: KeyedHeap | undefined
    for (const [type, queue] of this.#ready) {
      if (queue.size === 0 || (this.#live.get(type) ?? 0) >= this.#slotsOf(type)) continue
      if (first === undefined || queue.comesBefore(first)) first = queue
    }
    return first?.pop()
  }

  begin(index: number, ms: number): void {
    const { type } = this.#tasks[index] as Task
    this.#live.set(type, (this.#live.get(type) ?? 0) + 1)
    this.#running.push(this.now + ms, index, index)
  }

  /** Lets time pass until the next task ends; false when none runs. */
  endNext(): boolean {
    if (this.#running.size === 0) return false
    this.now = this.#running.topKey
    const index = this.#running.pop()
    const { type } = this.#tasks[index] as Task
    this.#live.set(type, (this.#live.get(type) ?? 0) - 1)
    for (const dependant of this.#dependants[index] ?? []) {
      const left = (this.#pending[dependant] ?? 0) - 1
      this.#pending[dependant] = left
      if (left === 0) this.#readied(dependant)
    }
    return true
  }

  #readied(index: number): void {
    const { type } = this.#tasks[index] as Task
    const queue = this.#ready.get(type) ?? new KeyedHeap()
    this.#ready.set(type, queue)
    queue.push(this.#turns, index, index)
    this.#turns += 1
  }

  /** At least one, since a type that had none would be refused. */
  #slotsOf(type: string): number {
    return Math.max(1, this.#slots.slotsOf?.(type) ?? this.#slots.slotsMax)
  }
}
