import type { AuditReport } from '@bosun/invariants'
import { counted } from './duration.ts'
import { fit, table } from './fit.ts'
import { plainPaint, type Paint } from './paint.ts'
import { printable, quoted } from './printable.ts'

/**
 * What an audit found: each invariant with its verdict, then each violation with its facts.
 *
 * @param columns where lines of the list are cut off; a violation is always told whole
 */
export function renderAudit(
  report: AuditReport,
  source: string,
  paint: Paint = plainPaint,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const judged = report.invariants.filter(({ verdict }) => verdict !== 'not judged').length
  const rows = report.invariants.map(({ id, title, verdict, violations, reason }) => [
    verdict === 'held' ? '✓' : verdict === 'violated' ? '✗' : '–',
    printable(id),
    printable(title),
    verdict === 'violated'
      ? counted(violations, 'violation')
      : verdict === 'held'
        ? ''
        : quoted(reason ?? verdict, 100),
  ])
  const found = report.violations.map(({ invariant, sentence, seqs }) =>
    paint.bad(
      `✗ ${printable(invariant)} ${quoted(sentence)} (${seqs.length === 0 ? 'no fact' : `fact ${seqs.join(', ')}`})`,
    ),
  )
  const hidden = report.violationsCount - report.violations.length
  const verdict = report.ok
    ? paint.good('✓ nothing violated')
    : paint.bad(`✗ ${counted(report.violationsCount, 'violation')}`)
  return [
    ...table(rows).map((line) => fit(line, columns)),
    ...(found.length === 0 ? [] : ['', ...found]),
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    '',
    `${verdict}: ${printable(source)}, ${counted(report.factsCount, 'fact')}, ${judged} of ${report.invariants.length} invariants judged${report.ended ? '' : '; the run has not ended, so what holds at the end was not asked'}`,
  ]
}
