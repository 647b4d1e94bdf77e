import { crossRunInvariants, unclaimedInvariants, type Invariant } from '@bosun/invariants'
import { canStretch, type CampaignReport, type Failure, type Setting } from '@bosun/simulation'

/** One line of the specification that a check is: what has to hold, and whether it did. */
export interface Clause {
  readonly title: string
  judge(report: CampaignReport): ClauseVerdict
}

export type ClauseVerdict =
  | { readonly type: 'held' }
  | { readonly type: 'violated'; readonly sentence: string; readonly failures: readonly Failure[] }
  | { readonly type: 'not judged'; readonly reason: string }

/** All that a campaign of this setting judges, and what it does not. */
export function clausesOf(setting: Setting): readonly Clause[] {
  const { subject, invariants, comparesRuns } = setting
  const judged = new Set(invariants.map(({ id }) => id))
  const unclaimed = subject.kind === 'strategy' ? unclaimedInvariants(subject.strategy.guarantees) : []
  return [
    ...invariants.map(clauseOf),
    ...unclaimed
      .filter(({ id }) => !judged.has(id))
      .map((invariant) => notJudged(invariant, 'the strategy does not declare it; a certificate measures it')),
    ...crossRunInvariants.map((invariant) => {
      if (invariant.id === 'D1') return deterministic(invariant)
      if (!comparesRuns) return notJudged(invariant, 'comparesRuns is false')
      if (invariant.id === 'D4' && !canStretch(setting)) return notJudged(invariant, 'real code knows times of its own')
      return acrossRuns(invariant)
    }),
    soundSubject,
    saidOfItself,
    conclusive,
  ]
}

// ---------------------------------------------------------------------------------------------

type Named = Pick<Invariant, 'id' | 'title' | 'sentence'>

const HELD: ClauseVerdict = { type: 'held' }

function titleOf({ id, title, sentence }: Named): string {
  return `${id} ${title}: ${sentence}`
}

function clauseOf(invariant: Invariant): Clause {
  return {
    title: titleOf(invariant),
    judge(report) {
      const verdict = violatedBy(report, ({ violation }) => violation?.invariant === invariant.id)
      const missing = verdict.type === 'held' ? missingOf(invariant, report) : undefined
      return missing === undefined ? verdict : { type: 'not judged', reason: `no schedule had ${missing}` }
    },
  }
}

/** The fact without which there is nothing to judge, if no schedule that was looked into had it. */
function missingOf({ needs = [] }: Invariant, { reach }: CampaignReport): string | undefined {
  const seen = new Set(Object.keys(reach.facts).map((kind) => kind.replace(/ .*$/, '')))
  if (seen.size === 0) return undefined
  const missing = needs.find((need) => ![need].flat().some((type) => seen.has(type)))
  return missing === undefined ? undefined : [missing].flat().join(' or ')
}

function acrossRuns(invariant: Named): Clause {
  return {
    title: titleOf(invariant),
    judge: (report) => violatedBy(report, ({ violation }) => violation?.invariant === invariant.id),
  }
}

function notJudged(invariant: Named, reason: string): Clause {
  return { title: titleOf(invariant), judge: () => ({ type: 'not judged', reason }) }
}

function deterministic(invariant: Named): Clause {
  return {
    title: titleOf(invariant),
    judge: ({ difference }) =>
      difference === undefined ? HELD : { type: 'violated', sentence: difference.sentence, failures: [] },
  }
}

const soundSubject: Clause = {
  title: 'the code under check throws nothing, answers sense, and asks the machine for nothing',
  judge: (report) => violatedBy(report, ({ fault }) => fault !== undefined),
}

const saidOfItself: Clause = {
  title: 'what the code says of itself with `always` holds, and what it says with `sometimes` happens',
  judge(report) {
    if (Object.keys(report.assertions).length === 0) return { type: 'not judged', reason: 'it says nothing of itself' }
    const verdict = violatedBy(report, ({ violation }) => violation?.invariant.startsWith('U-') === true)
    const never = Object.entries(report.assertions).filter(([, held]) => held === 0)
    if (verdict.type === 'violated' || never.length === 0) return verdict
    const labels = never.map(([label]) => `"${label}"`).join(', ')
    return { type: 'violated', sentence: `never so in any schedule: ${labels}`, failures: [] }
  },
}

const conclusive: Clause = {
  title: 'the campaign was enough to say so',
  judge: ({ verdict, reasons }) =>
    verdict === 'inconclusive' ? { type: 'violated', sentence: reasons.join(' '), failures: [] } : HELD,
}

function violatedBy({ failures }: CampaignReport, isMeant: (failure: Failure) => boolean): ClauseVerdict {
  const meant = failures.filter(isMeant)
  const [first] = meant
  if (first === undefined) return HELD
  return { type: 'violated', sentence: first.violation?.sentence ?? first.fault?.message ?? '', failures: meant }
}
