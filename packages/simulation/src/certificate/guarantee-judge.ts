import type { Fact, Guarantee, Strategy } from '@bosun/core'
import { audit, type Invariant } from '@bosun/invariants'
import type { GuaranteeVerdict } from './certificate.ts'

/** Every guarantee there is, and the invariants that hold where it does. */
const JUDGES: Readonly<Record<Guarantee, readonly Invariant[]>> = {
  'work-conserving': [],
  priority: [],
  'fifo-per-key': [],
  fair: [],
}

/** Judges what a strategy declares, and what it does not declare as well, over many runs. */
export class GuaranteeJudge {
  readonly #declared: readonly Guarantee[]
  readonly #counts = new Map<Guarantee, { judged: number; broken: number; sentence?: string }>()

  constructor({ guarantees }: Strategy) {
    this.#declared = guarantees
  }

  add(facts: readonly Fact[]): void {
    for (const [guarantee, invariants] of Object.entries(JUDGES) as [Guarantee, readonly Invariant[]][]) {
      if (invariants.length === 0) continue
      const { violations } = audit(facts, invariants)
      const count = this.#counts.get(guarantee) ?? { judged: 0, broken: 0 }
      count.judged += 1
      const [first] = violations
      if (first !== undefined) {
        count.broken += 1
        count.sentence ??= `${first.invariant}: ${first.sentence}`
      }
      this.#counts.set(guarantee, count)
    }
  }

  verdicts(): readonly GuaranteeVerdict[] {
    return (Object.keys(JUDGES) as Guarantee[]).map((guarantee): GuaranteeVerdict => {
      const declared = this.#declared.includes(guarantee)
      const count = this.#counts.get(guarantee)
      if (count === undefined) return { guarantee, declared, verdict: 'not judged', judged: 0, broken: 0 }
      return { guarantee, declared, verdict: count.broken === 0 ? 'held' : 'broken', ...count }
    })
  }
}
