import type { Usage } from '@bosun/core'
import { siteOf } from '../choices/site.ts'
import type { AttemptReport } from './network.ts'
import { share } from './share.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

/** The attempt that calls, as far as its calls need it. */
interface Caller {
  readonly later: (delayMs: number, act: () => void) => void
  readonly send: (report: AttemptReport) => void
  readonly isStopped: () => boolean
}

/** What an attempt asks of its model and of a tool, within its slice, and what it has used in truth. */
export class AttemptCalls {
  readonly #world: World
  readonly #work: Work
  readonly #caller: Caller
  readonly #site: number
  #used: Usage = { tokens: 0, costMicros: 0 }

  constructor(world: World, work: Work, caller: Caller) {
    this.#world = world
    this.#work = work
    this.#caller = caller
    this.#site = siteOf(work.task)
  }

  /** Plans the calls of a simulated worker, evenly within its time. */
  schedule(durationMs: number): void {
    const { choices } = this.#world
    const { task, epoch, slice, asksModel } = this.#work
    const { later, send } = this.#caller
    if (choices.chance('work.tools', 0.1, this.#site, epoch)) {
      const call = { tool: 'files.read', name: 'read', ms: 1 }
      later(Math.floor(durationMs / 2), () => send({ type: 'called', task, epoch, ...call }))
    }
    if (!asksModel || slice === undefined) return
    const count = choices.pick('work.calls', 4, this.#site, epoch)
    for (let nth = 0; nth < count; nth += 1) {
      const part = choices.pick('work.usage', 5, this.#site, epoch, 1 + nth) / (4 * count)
      const tokens = Math.floor(slice.tokens * part)
      const costMicros = Math.floor(slice.costMicros * part)
      later(share(durationMs, nth, count), () => this.#askModel({ tokens, costMicros }))
    }
  }

  /**
   * What the report of the attempt tells of its use.
   *
   * @param stated what its simulated worker says
   * @param isOver whether it uses more than was reserved for it
   */
  usage(stated: Usage | undefined, isOver: boolean): Usage | undefined {
    const { slice, asksModel, epoch } = this.#work
    if (stated !== undefined) return stated
    if (slice === undefined) return undefined
    if (isOver) return { tokens: slice.tokens + 50, costMicros: this.#used.costMicros }
    if (asksModel) return this.#used
    const part = this.#world.choices.pick('work.usage', 5, this.#site, epoch)
    return { tokens: Math.floor((slice.tokens * part) / 4), costMicros: 0 }
  }

  /** What it used beyond its model calls. */
  spendRest(usage: Usage | undefined): void {
    if (usage === undefined) return
    const tokens = usage.tokens - this.#used.tokens
    const costMicros = usage.costMicros - this.#used.costMicros
    if (tokens > 0 || costMicros > 0 || !this.#work.asksModel) this.#spend({ tokens, costMicros })
  }

  /** The model is asked through the broker, which refuses whoever was stopped. */
  #askModel({ tokens, costMicros }: Usage): void {
    if (this.#caller.isStopped()) return
    const { task, epoch } = this.#work
    this.#spend({ tokens, costMicros })
    this.#used = { tokens: this.#used.tokens + tokens, costMicros: this.#used.costMicros + costMicros }
    const call = { model: 'sim:fast', inputTokens: tokens, outputTokens: 0, costMicros, ms: 1 }
    this.#caller.send({ type: 'modelCalled', task, epoch, ...call })
  }

  #spend(usage: Usage): void {
    const { task, epoch } = this.#work
    this.#world.observe({ type: 'world.spent', at: this.#world.now, task, epoch, ...usage })
  }
}
