import type { Fact } from '@bosun/core'
import { coreInvariants } from '../catalogue/core-invariants.ts'
import type { Invariant } from '../invariant.ts'
import type { AuditReport } from './audit-report.ts'
import { createAuditor, type AuditEnd } from './auditor.ts'

/**
 * Judges one log, be it a simulated trace, a live run or a journal.
 *
 * @param facts the facts of one run, in order
 * @param invariants what to judge by; default: all of the core catalogue
 * @param end whether the log is whole; default: it is when its run has ended
 *
 * @example
 * const report = audit(facts)
 * if (!report.ok) console.error(report.violations[0]?.sentence)
 */
export function audit(facts: Iterable<Fact>, invariants?: readonly Invariant[], end?: AuditEnd): AuditReport
export function audit(
  facts: AsyncIterable<Fact>,
  invariants?: readonly Invariant[],
  end?: AuditEnd,
): Promise<AuditReport>
export function audit(
  facts: Iterable<Fact> | AsyncIterable<Fact>,
  invariants: readonly Invariant[] = coreInvariants,
  end: AuditEnd = {},
): AuditReport | Promise<AuditReport> {
  if (Symbol.asyncIterator in facts) return auditStream(facts, invariants, end)
  const auditor = createAuditor(invariants)
  for (const fact of facts) auditor.feed(fact)
  return auditor.end(end)
}

// ---------------------------------------------------------------------------------------------

async function auditStream(
  facts: AsyncIterable<Fact>,
  invariants: readonly Invariant[],
  end: AuditEnd,
): Promise<AuditReport> {
  const auditor = createAuditor(invariants)
  for await (const fact of facts) auditor.feed(fact)
  return auditor.end(end)
}
