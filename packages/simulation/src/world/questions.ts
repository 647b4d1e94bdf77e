import type { Fact } from '@bosun/core'
import { siteOf } from '../choices/site.ts'
import type { World } from './world.ts'

/** How long a person thinks, in ms. */
const THINKS_MS = [500, 2_000, 20_000]
const LATE_MS = 60_000

/** The people who answer what the run asks: soon, late, or not before everything is calm. */
export class Questions {
  readonly #world: World
  readonly #open = new Set<string>()
  #isCalm = false

  constructor(world: World) {
    this.#world = world
  }

  /** Somebody sees a fact that is safe in the store. */
  see(fact: Fact): void {
    if (fact.type === 'approval.requested' || fact.type === 'manager.asked') this.ask(fact.approval)
  }

  /** A question waits; whoever has seen it before may answer it again, which is nothing. */
  ask(approval: string): void {
    const world = this.#world
    const site = siteOf(approval)
    this.#open.add(approval)
    if (world.fault('not-answered', approval, site)) return
    const lateMs = world.fault('answered-late', approval, site) ? LATE_MS : 0
    const thinksMs = THINKS_MS[world.choices.pick('people.answer', THINKS_MS.length, site)] as number
    world.after(lateMs + thinksMs, () => this.#answer(approval))
    // Now and then two people answer, and not the same.
    if (!this.#isCalm && world.choices.chance('people.answer', 0.1, site, 2)) {
      world.after(thinksMs, () => this.#answer(approval, 'ben'))
    }
  }

  /** The faults are over: what was left lying is answered. */
  calm(): void {
    this.#isCalm = true
    for (const approval of this.#open) this.ask(approval)
  }

  #answer(approval: string, by = 'ada'): void {
    this.#open.delete(approval)
    const granted = this.#world.choices.pick('people.answer', 4, siteOf(approval), by === 'ada' ? 1 : 3) !== 3
    this.#world.command({ type: 'approve', approval, granted, by, reason: 'seen' })
  }
}
