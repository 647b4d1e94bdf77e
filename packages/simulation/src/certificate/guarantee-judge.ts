import type { Fact, Guarantee, Strategy } from '@bosun/core'
import { audit, qualityInvariants } from '@bosun/invariants'
import type { GuaranteeVerdict } from './certificate.ts'

const GUARANTEES: readonly Guarantee[] = ['work-conserving', 'priority', 'fifo-per-key', 'fair']
const INVARIANTS = qualityInvariants(GUARANTEES)
/** The invariants that hold where a guarantee does, by id. */
const JUDGED_BY = new Map(
  GUARANTEES.map((guarantee) => [guarantee, new Set(qualityInvariants([guarantee]).map(({ id }) => id))] as const),
)

interface Count {
  judged: number
  broken: number
  sentence?: string
}

/** Judges over many runs what a strategy declares, and what it does not declare as well. */
export class GuaranteeJudge {
  readonly #declared: readonly Guarantee[]
  readonly #counts = new Map<Guarantee, Count>(GUARANTEES.map((guarantee) => [guarantee, { judged: 0, broken: 0 }]))

  constructor({ guarantees }: Strategy) {
    this.#declared = guarantees
  }

  add(facts: readonly Fact[]): void {
    const { violations, invariants } = audit(facts, INVARIANTS)
    for (const [guarantee, count] of this.#counts) {
      const isOfIt = (id: string) => JUDGED_BY.get(guarantee)?.has(id)
      if (invariants.some(({ id, verdict }) => isOfIt(id) && verdict !== 'not judged')) count.judged += 1
      const first = violations.find(({ invariant }) => isOfIt(invariant))
      if (first === undefined) continue
      count.broken += 1
      count.sentence ??= `${first.invariant}: ${first.sentence}`
    }
  }

  verdicts(): readonly GuaranteeVerdict[] {
    return Array.from(this.#counts, ([guarantee, count]) => ({
      guarantee,
      declared: this.#declared.includes(guarantee),
      verdict: verdictOf(count),
      ...count,
    }))
  }
}

function verdictOf({ judged, broken }: Count): GuaranteeVerdict['verdict'] {
  if (judged === 0) return 'not judged'
  return broken === 0 ? 'held' : 'broken'
}
