import type { Effect } from '@bosun/kernel'
import { siteOf } from '../choices/site.ts'
import type { AttemptPlace } from './attempt-place.ts'
import { SimulatedAttempt } from './simulated-attempt.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

const BACK_AFTER_MS = 4_000
const LATE_ASSIGNMENT_MS = 40_000

type Answer = Extract<Effect, { type: 'answer' }>

/** One place where attempts run: a host process, and the way from and to it. */
export class SimulatedSlot implements AttemptPlace {
  readonly slot: string
  readonly worker: string
  /** Whether the manager may count on it; a slot that is not up drops whatever it is given. */
  isUp = true
  mutedUntil = 0
  deafUntil = 0
  cloggedUntil = 0
  /** While this lies ahead, whatever starts here dies. */
  crashLoopUntil = 0
  readonly #world: World
  readonly #running = new Map<string, SimulatedAttempt>()
  /** Attempts that it has seen: a repeated assignment is no new one, and one that was stopped never begins. */
  readonly #seen = new Set<string>()

  constructor(world: World, slot: string, worker: string) {
    this.#world = world
    this.slot = slot
    this.worker = worker
  }

  /** The way of an assignment to the slot. */
  assign(work: Work): void {
    const { task, epoch } = work
    const world = this.#world
    const site = siteOf(task)
    if (world.fault('assign-lost', task, site, epoch)) return
    const delayMs =
      (world.choices.chance('net.delay', 0.2, site, epoch, 0xffff) ? 20 : 0) +
      (world.fault('stop-early', task, site, epoch) ? LATE_ASSIGNMENT_MS : 0)
    const key = `${task}@${epoch}`
    world.after(delayMs, () => this.#begin(key, work))
    if (world.fault('assign-duplicated', task, site, epoch)) world.after(delayMs + 50, () => this.#begin(key, work))
  }

  /** The way of an order to stop. */
  stop(task: string, epoch: number): void {
    const world = this.#world
    if (this.deafUntil > world.now) return
    const key = `${task}@${epoch}`
    world.after(0, () => {
      this.#seen.add(key)
      this.#running.get(key)?.stop()
    })
  }

  /** The way of a person's answer to the call that waits for it. */
  answer({ task, epoch, approval, granted }: Answer): void {
    const world = this.#world
    if (this.deafUntil > world.now) return
    world.after(0, () => this.#running.get(`${task}@${epoch}`)?.answer(approval, granted))
  }

  ended(key: string): void {
    this.#running.delete(key)
  }

  /** The process dies with all that runs in it. */
  die(): void {
    this.isUp = false
    for (const attempt of this.#running.values()) attempt.die()
    this.#world.observe({ type: 'world.died', at: this.#world.now, actor: this.slot })
  }

  /** A new process stands in its place. */
  rise(): void {
    if (this.isUp) return
    this.isUp = true
    this.#world.observe({ type: 'world.rose', at: this.#world.now, actor: this.slot, managerEpoch: 0 })
  }

  /** It comes back by itself after a while. */
  riseLater(): void {
    this.#world.after(BACK_AFTER_MS, () => this.rise())
  }

  /** The faults are over. */
  heal(): void {
    this.mutedUntil = 0
    this.deafUntil = 0
    this.cloggedUntil = 0
    this.crashLoopUntil = 0
    this.rise()
  }

  #begin(key: string, work: Work): void {
    if (!this.isUp || this.deafUntil > this.#world.now || this.#seen.has(key)) return
    this.#seen.add(key)
    const attempt = new SimulatedAttempt(this.#world, this, key, work)
    this.#running.set(key, attempt)
    attempt.begin()
  }
}
