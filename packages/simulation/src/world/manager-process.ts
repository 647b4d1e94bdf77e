import { isDurable, type Fact } from '@bosun/core'
import {
  deadline,
  decideAt,
  effects,
  MODEL_PROVIDER,
  nextMessage,
  outstandingEffects,
  type Effect,
  type UntimedInput,
} from '@bosun/kernel'
import type { ShadowKernel } from '../cross-runs/shadow-kernel.ts'
import { Broken } from './broken.ts'
import type { Judge } from './judge.ts'
import type { Life } from './manager-driver.ts'
import type { SimulatedStore } from './store.ts'
import type { World } from './world.ts'

/** What a process of the manager needs of the world around it. */
export interface ManagerSurroundings {
  readonly world: World
  readonly store: SimulatedStore
  readonly judge: Judge
  /** Decides on every input as well, and must come to the same. */
  readonly shadow: ShadowKernel | undefined
  readonly perform: (effect: Effect) => void
  /** A model provider has paused the run. */
  readonly onQuotaSpent: () => void
  /** A fact is safe, and whoever looks at the run sees it. */
  readonly onStored: (fact: Fact) => void
  /** The process is gone. */
  readonly onDeath: (process: ManagerProcess) => void
}

/** Facts of one write, and how many commands of people they answer. */
interface Batch {
  readonly facts: readonly Fact[]
  readonly acknowledges: boolean
}

/**
 * One process life of the manager: the shell around a kernel, as the runtime has it. What it decides
 * waits for the store; what follows from it waits until it is stored.
 */
export class ManagerProcess {
  readonly managerEpoch: number
  readonly life: Life
  /** How far its clock is from the true time, in ms. */
  readonly clockOffsetMs: number
  inputs = 0
  /** Before this true time no timer of the process fires. */
  ticksNotBefore = 0
  /** The kernel's deadline, which only an input moves; undefined until it is asked for again. */
  #deadline: number | undefined
  #isAlive = true
  #isFrozen = false
  #pending: Fact[] = []
  #pendingCommands = 0
  readonly #writing: Batch[] = []
  #writes = 0
  readonly #around: ManagerSurroundings

  constructor(around: ManagerSurroundings, life: Life, managerEpoch: number, clockOffsetMs: number) {
    this.#around = around
    this.life = life
    this.managerEpoch = managerEpoch
    this.clockOffsetMs = clockOffsetMs
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get state() {
    return this.life.kernel.state
  }

  /** Whether nothing waits to be stored. */
  get isAtRest(): boolean {
    return this.#pending.length === 0 && this.#writing.length === 0
  }

  /** When time alone has to be fed in, in true time. */
  get dueAt(): number {
    this.#deadline ??= deadline(this.life.kernel) ?? Infinity
    const due = this.#deadline - this.clockOffsetMs
    return due < this.ticksNotBefore ? this.ticksNotBefore : due
  }

  feed(input: UntimedInput, isCommand = false): void {
    this.inputs += 1
    this.#deadline = undefined
    const { kernel, driver } = this.life
    const at = Math.max(this.#localNow(), kernel.state.at)
    const from = this.#pending.length
    decideAt(kernel, input, at, this.#pending)
    for (let index = from; index < this.#pending.length; index += 1) {
      const fact = this.#pending[index] as Fact
      this.#around.judge.fact(fact)
      if (fact.type === 'run.reopened') driver.reopen?.()
      if (fact.type === 'run.paused' && fact.by === MODEL_PROVIDER) this.#around.onQuotaSpent()
    }
    if (this.#around.shadow !== undefined) this.#compare(this.#around.shadow, input, at, from)
    if (isCommand) this.#pendingCommands += 1
  }

  /** Tells the program what it is to hear next, one message after the other. */
  deliverMessages(): void {
    const { kernel, driver } = this.life
    let next = nextMessage(kernel.state, this.#localNow())
    while (next !== undefined && this.#isAlive) {
      const { decisions, failure } = driver.deliver(next.message)
      if (failure !== undefined) this.#around.world.blame(failure)
      this.feed(failure === undefined ? { type: 'decided', decisions } : { type: 'decided', decisions, failure })
      next = nextMessage(kernel.state, this.#localNow())
    }
  }

  /** Gives what was decided to the store, as one write; false when there was nothing. */
  flush(): boolean {
    const facts = this.#pending
    if (facts.length === 0) return false
    const { world } = this.#around
    this.#pending = []
    const write = this.#writes++
    const batch = { facts, acknowledges: this.#pendingCommands > 0 }
    this.#pendingCommands = 0
    if (world.fault('tail-torn', 'store', write, this.managerEpoch)) {
      this.die()
      return true
    }
    const slowMs = world.fault('store-slow', 'store', write, this.managerEpoch) ? 20_000 : 0
    const delayMs = world.scenario.storeDelayMs + slowMs
    if (delayMs === 0 && this.#writing.length === 0) this.#written(batch, write)
    else this.#writeIn(delayMs, batch, write)
    return true
  }

  die(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#around.shadow?.drop()
    this.#around.onDeath(this)
  }

  /** It stands still; what the store has been given already is written all the same. */
  freeze(): void {
    this.#isFrozen = true
    this.#around.shadow?.drop()
  }

  /** A frozen process that goes on after another has taken over: whatever it writes is refused. */
  wakeUp(): void {
    const { store, world, judge } = this.#around
    const facts = decideAt(this.life.kernel, { type: 'tick' }, Math.max(this.#localNow(), this.state.at), [])
    const stale = [...this.#pending, ...facts]
    if (store.append(this.managerEpoch, stale) !== 'stored') return
    for (const fact of stale) judge.fact(fact)
    world.observe({ type: 'world.durable', at: world.now, seq: store.seq, managerEpoch: this.managerEpoch })
  }

  /** What a manager that took over does again. Attempts are not among it: they were declared lost. */
  redo(): void {
    for (const effect of outstandingEffects(this.state))
      if (effect.type !== 'assign') this.#perform(effect, this.#around.store.seq)
  }

  // ---------------------------------------------------------------------------------------------

  #localNow(): number {
    return this.#around.world.now + this.clockOffsetMs
  }

  #compare(shadow: ShadowKernel, input: UntimedInput, at: number, from: number): void {
    const { kernel } = this.life
    const journal = () => {
      const written = this.#writing.flatMap(({ facts }) => facts)
      return [...this.#around.store.facts, ...[...written, ...this.#pending].filter(isDurable)]
    }
    const found = shadow.follow({ kernel, input, at, facts: this.#pending.slice(from), journal })
    if (found !== undefined) throw new Broken({ invariant: 'R2', ...found })
  }

  /** Writes are answered in their order. */
  #writeIn(delayMs: number, batch: Batch, write: number): void {
    this.#writing.push(batch)
    this.#around.world.after(delayMs, () => {
      if (this.#isAlive) this.#written(this.#writing.shift() as Batch, write)
    })
  }

  /** The store has answered. */
  #written(batch: Batch, write: number): void {
    const { world, store } = this.#around
    const { managerEpoch } = this
    if (world.fault('store-refused', 'store', write, managerEpoch)) return this.die()
    if (store.append(managerEpoch, batch.facts) !== 'stored') return this.die()
    if (world.fault('store-unknown', 'store', write, managerEpoch)) return this.die()
    world.observe({ type: 'world.durable', at: world.now, seq: store.seq, managerEpoch })
    if (this.#isFrozen) return
    if (world.fault('crash-before-effect', 'manager', write, managerEpoch)) return this.die()
    this.#carryOut(batch, world.fault('crash-after-effect', 'manager', write, managerEpoch))
  }

  #carryOut(batch: Batch, dies: boolean): void {
    const { world, store } = this.#around
    const { managerEpoch } = this
    if (batch.acknowledges) world.observe({ type: 'world.acknowledged', at: world.now, seq: store.seq, managerEpoch })
    for (const fact of batch.facts) {
      if (!isDurable(fact)) continue
      this.#around.onStored(fact)
      for (const effect of effects(fact)) {
        this.#perform(effect, fact.seq)
        if (dies) return this.die()
      }
    }
    if (dies) this.die()
  }

  #perform(effect: Effect, seq: number): void {
    const { world, perform } = this.#around
    const { managerEpoch } = this
    const sent = { type: 'world.sent', at: world.now, effect: effect.type, seq, managerEpoch } as const
    world.observe('task' in effect ? { ...sent, task: effect.task, epoch: effect.epoch } : sent)
    perform(effect)
  }
}
