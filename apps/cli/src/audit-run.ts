import type { Fact, Guarantee, Strategy } from '@bosun/core'
import {
  audit,
  coreInvariants,
  crossRunInvariants,
  livenessInvariants,
  qualityInvariants,
  unclaimedInvariants,
  type AuditReport,
  type InvariantReport,
} from '@bosun/invariants'
import { builtInStrategy } from './strategy-named.ts'

/**
 * Judges one run by the whole catalogue: what always holds, what must come about, and what its
 * strategy declares. What a single log cannot show, or nobody promised, is in the report as not judged.
 *
 * @param strategy who declares; default: the built-in one that the run names
 */
export function auditRun(facts: readonly Fact[], strategy?: Strategy): AuditReport {
  const name = strategyOf(facts)
  const declaring = strategy ?? builtInStrategy(name)
  const guarantees = declaring?.guarantees ?? []
  const report = audit(facts, [...coreInvariants, ...livenessInvariants, ...qualityInvariants(guarantees)])
  const why =
    declaring === undefined
      ? `what ${name} declares is not known here: --strategy takes its module`
      : `${declaring.name} does not declare it`
  const measured = new Set(unclaimedInvariants(GUARANTEES))
  const unclaimed = unclaimedInvariants(guarantees).map((invariant) =>
    notJudged(invariant, measured.has(invariant) ? 'measured only: bosun check --certificate' : why),
  )
  const across = crossRunInvariants.map((invariant) => notJudged(invariant, 'it takes several runs: bosun check'))
  return { ...report, invariants: [...report.invariants, ...unclaimed, ...across] }
}

/** All that a strategy can declare. */
const GUARANTEES: readonly Guarantee[] = ['work-conserving', 'priority', 'fifo-per-key', 'fair']

// ---------------------------------------------------------------------------------------------

function strategyOf([first]: readonly Fact[]): string {
  return first?.type === 'run.started' ? first.config.strategy : 'the strategy'
}

function notJudged({ id, title }: Pick<InvariantReport, 'id' | 'title'>, reason: string): InvariantReport {
  return { id, title, verdict: 'not judged', reason, violations: 0 }
}
