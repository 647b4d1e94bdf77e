import type { Task } from '@bosun/core'
import type { ReadyLane, TaskEntry, WorkerRecord } from './ledger.ts'

/** A task as the lanes keep it: each is listed at most once, between its neighbours. */
export interface Listed extends TaskEntry {
  readySeq: number
  readyCause: number
  readyAt: number
  lane: Lane | undefined
  nextReady: Listed | undefined
  previousReady: Listed | undefined
}

/** The same in the form in which it changes. */
export interface Lane extends ReadyLane {
  first: Listed | undefined
  last: Listed | undefined
  size: number
}

/**
 * The tasks that wait for a slot, by the workers that can do them and in the order in which they
 * became ready. Entering and leaving take the same time however many wait.
 */
export class ReadyLanes {
  readonly all: Lane[] = []
  size = 0
  /** By type, or where skills are asked for by type and skills, which reads like no type. */
  readonly #byKey = new Map<string, Lane>()
  readonly #workers: ReadonlyMap<string, WorkerRecord>

  constructor(workers: ReadonlyMap<string, WorkerRecord>) {
    this.#workers = workers
  }

  /** Lists a task behind all others. */
  enter(task: Listed, seq: number, cause: number, at: number): void {
    this.leave(task)
    const lane = this.#laneOf(task.spec)
    task.readySeq = seq
    task.readyCause = cause
    task.readyAt = at
    task.lane = lane
    task.previousReady = lane.last
    if (lane.last === undefined) lane.first = task
    else lane.last.nextReady = task
    lane.last = task
    lane.size += 1
    this.size += 1
  }

  leave(task: Listed): void {
    const { lane, previousReady, nextReady } = task
    if (lane === undefined) return
    if (previousReady === undefined) lane.first = nextReady
    else previousReady.nextReady = nextReady
    if (nextReady === undefined) lane.last = previousReady
    else nextReady.previousReady = previousReady
    task.lane = undefined
    task.previousReady = undefined
    task.nextReady = undefined
    lane.size -= 1
    this.size -= 1
  }

  #laneOf({ type, skills }: Task): Lane {
    const key = skills === undefined || skills.length === 0 ? type : JSON.stringify([type, ...skills.toSorted()])
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const workers = [...this.#workers.values()].filter(
      ({ entry }) => entry.handles === type && (skills ?? []).every((skill) => entry.skills.includes(skill)),
    )
    const lane: Lane = { workers, first: undefined, last: undefined, size: 0 }
    this.#byKey.set(key, lane)
    this.all.push(lane)
    return lane
  }
}
