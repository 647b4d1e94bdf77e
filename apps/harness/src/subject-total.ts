import type { CampaignReport } from '@bosun/simulation'

/** All rounds of one subject together. */
export interface SubjectTotal {
  /** The file, as it was named. */
  readonly module: string
  /** What it holds: `strategy mine`. */
  readonly subject: string
  readonly verdict: CampaignReport['verdict']
  readonly exitCode: CampaignReport['exitCode']
  readonly reasons: readonly string[]
  readonly rounds: number
  readonly schedules: number
  readonly facts: number
  readonly virtualMs: number
  readonly wallMs: number
  readonly failures: CampaignReport['failures']
  readonly goalsReached: readonly string[]
  readonly goalsOpen: readonly string[]
  readonly corpus: CampaignReport['corpus']
}

/** The first round of a subject, or one more of them. */
export function withRound(
  module: string,
  { subject, verdict, exitCode, reasons, schedules, facts, virtualMs, wallMs, failures, goals, corpus }: CampaignReport,
  before?: SubjectTotal,
): SubjectTotal {
  const reached = new Set([...(before?.goalsReached ?? []), ...goals.reached])
  const open = goals.open.map(({ id }) => id).filter((id) => !reached.has(id))
  return {
    module,
    subject,
    ...judgedTogether([{ verdict, exitCode, reasons }, ...(before === undefined ? [] : [judgementOf(before)])]),
    rounds: (before?.rounds ?? 0) + 1,
    schedules: (before?.schedules ?? 0) + schedules,
    facts: (before?.facts ?? 0) + facts,
    virtualMs: (before?.virtualMs ?? 0) + virtualMs,
    wallMs: (before?.wallMs ?? 0) + wallMs,
    failures: smallestOfEach([...(before?.failures ?? []), ...failures]),
    goalsReached: [...reached],
    goalsOpen: open,
    corpus,
  }
}

/** What a campaign over several subjects ends with: that of the worst of them. */
export function exitCodeOf(totals: readonly Pick<SubjectTotal, 'exitCode'>[]): CampaignReport['exitCode'] {
  return SEVERITY.find((code) => totals.some(({ exitCode }) => exitCode === code)) ?? 0
}

// ---------------------------------------------------------------------------------------------

/** The worst first: what cannot be replayed, what crashed, safety, liveness, what proves too little. */
const SEVERITY = [4, 3, 1, 2, 5] as const

type Judged = Pick<CampaignReport, 'verdict' | 'exitCode' | 'reasons'>

/** One round that fails is enough to fail, and one that is conclusive enough to pass. */
function judgedTogether(rounds: readonly [Judged, ...(readonly Judged[])]): Judged {
  const failed = rounds.filter(({ verdict }) => verdict === 'fail')
  if (failed.length === 0) return rounds.find(({ verdict }) => verdict === 'pass') ?? rounds[0]
  const reasons = [...new Set(failed.flatMap((round) => round.reasons))]
  return { verdict: 'fail', exitCode: exitCodeOf(failed), reasons }
}

function judgementOf({ verdict, exitCode, reasons }: Judged): Judged {
  return { verdict, exitCode, reasons }
}

function smallestOfEach(failures: CampaignReport['failures']): CampaignReport['failures'] {
  const byName = new Map<string, CampaignReport['failures'][number]>()
  for (const failure of failures) {
    const other = byName.get(failure.failure)
    const least = other === undefined || sizeOf(failure) < sizeOf(other) ? failure : other
    byName.set(failure.failure, { ...least, count: failure.count + (other?.count ?? 0) })
  }
  return [...byName.values()]
}

function sizeOf({ shown }: CampaignReport['failures'][number]): number {
  return shown?.facts ?? Number.POSITIVE_INFINITY
}
