import { BosunError, type DurableFact, type Fact, type FactOf, type FactType } from '@bosun/core'
import type { Kernel } from '../kernel.ts'
import { evolve, evolveNext } from '../state/evolve.ts'

/** Most facts that one input may lead to, per task of the run; more means that a drain does not end. */
const FACTS_PER_TASK_MAX = 64

/** A fact without what the emitter adds. */
type FactBody = { [T in FactType]: Omit<FactOf<T>, 'seq' | 'at' | 'cause'> }[FactType]

/**
 * Decisions in the making, one after the other at one time: every fact is evolved as it is emitted, so
 * the next question sees it.
 */
export class Emitter {
  readonly kernel: Kernel
  readonly at: number
  /** Number of the input. */
  cause = 0
  private readonly out: Fact[]
  private from = 0

  constructor(kernel: Kernel, at: number, out: Fact[]) {
    this.kernel = kernel
    const { state } = kernel
    // A clock that goes back does not take the log with it, and volatile facts have times and causes too.
    this.at = Math.max(at, state.at, state.pulseAt)
    this.out = out
  }

  /** Begins with the next input. */
  begin(): void {
    const { lastCause, pulseCause } = this.kernel.state
    this.cause = Math.max(lastCause, pulseCause) + 1
    this.from = this.out.length
  }

  /** Number of the next durable fact. */
  get seq(): number {
    return this.kernel.state.seq + 1
  }

  /** Adds `seq`, `at` and `cause` to a durable fact, evolves and lists it. */
  emit(body: FactBody): void {
    // The caller made the object for this call alone, so it is completed in place.
    const fact = body as unknown as { seq: number; at: number; cause: number }
    fact.seq = this.kernel.state.seq + 1
    fact.at = this.at
    fact.cause = this.cause
    this.add(fact as unknown as DurableFact)
  }

  /** The same for a volatile fact, which has no number. */
  emitVolatile(body: FactBody): void {
    const fact = body as unknown as { seq: number; at: number; cause: number }
    fact.seq = 0
    fact.at = this.at
    fact.cause = this.cause
    evolve(this.kernel.state, fact as unknown as Fact)
    this.list(fact as unknown as Fact)
  }

  /**
   * Evolves and lists a durable fact that is complete, with number, time and cause of this emitter:
   * what is frequent is made in one go, with one layout.
   */
  add(fact: DurableFact): void {
    evolveNext(this.kernel.state, fact, this.at, this.cause)
    this.list(fact)
  }

  private list(fact: Fact): void {
    this.out.push(fact)
    const limit = FACTS_PER_TASK_MAX * (this.kernel.state.tasks.length + 1_000)
    if (this.out.length - this.from > limit) {
      throw new BosunError('INTERNAL', { at: 'drain', received: `more than ${limit} facts for one input` })
    }
  }
}
