import { coreGoals, type Goal } from '@bosun/invariants'
import type { SourceAccount } from '../search/portfolio.ts'
import { mergeFigures } from '../search/source-figures.ts'
import { reachReport, together, type ReachReport } from '../search/reach.ts'
import type { SubjectFault } from '../trace/trace.ts'
import type { CampaignOptions } from './campaign-options.ts'
import type { CampaignPart, CorpusState } from './campaign-part.ts'
import { EXPECTING_SCHEDULES_MIN } from './expected-goals.ts'
import type { Failure } from './failure.ts'
import type { LaneName } from './load-subject.ts'

/** Fewer schedules than these prove nothing, whatever time they took; asking for fewer is one's own wish. */
const SCHEDULES_MIN = 1_000

/** What a campaign found out. */
export interface CampaignReport {
  readonly verdict: 'pass' | 'fail' | 'inconclusive'
  /** 0 pass · 1 safety · 2 liveness · 3 the subject crashed · 4 not deterministic · 5 inconclusive. */
  readonly exitCode: 0 | 1 | 2 | 3 | 4 | 5
  /** Why it is not a pass, one sentence each. */
  readonly reasons: readonly string[]
  readonly subject: string
  /** Hash of the setting, which replay strings carry. */
  readonly setting: string
  readonly seed: number
  readonly lane: LaneName
  readonly threads: number
  readonly schedules: number
  readonly facts: number
  readonly virtualMs: number
  readonly wallMs: number
  readonly failures: readonly Failure[]
  /** Schedules that failed. */
  readonly failing: number
  readonly difference?: CampaignPart['difference']
  /** Schedules that were run twice and compared. */
  readonly comparedTwice: number
  readonly sources: readonly SourceAccount[]
  readonly reach: ReachReport
  readonly goals: { readonly reached: readonly string[]; readonly open: readonly Pick<Goal, 'id' | 'sentence'>[] }
  /** Assertions in user code, by label: in how many schedules each held. */
  readonly assertions: Readonly<Record<string, number>>
  readonly corpus: readonly CorpusState[]
  /** What code under check has opened and left open, past every guard: `2 Timeout`; mostly empty. */
  readonly leftOpen: string
}

/** Puts the parts of a campaign together and judges it. */
export function reportOf(parts: readonly CampaignPart[], options: CampaignOptions): CampaignReport {
  const [first] = parts as [CampaignPart]
  const sum = (of: (part: CampaignPart) => number) => parts.reduce((total, part) => total + of(part), 0)
  const goals = options.goals ?? coreGoals
  const reached = new Set(parts.flatMap(({ goalsReached }) => goalsReached))
  const difference = parts.find((part) => part.difference !== undefined)?.difference
  const report = {
    subject: first.subject,
    setting: first.setting,
    seed: options.seed ?? 1,
    lane: first.lane,
    threads: parts.length,
    schedules: sum(({ schedules }) => schedules),
    facts: sum(({ facts }) => facts),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    wallMs: Math.max(...parts.map(({ wallMs }) => wallMs)),
    failures: smallestOfEach(parts.flatMap(({ failures }) => failures)),
    failing: sum(({ failing }) => failing),
    ...(difference === undefined ? {} : { difference }),
    comparedTwice: sum(({ comparedTwice }) => comparedTwice),
    sources: sourcesTogether(parts),
    reach: reachReport(parts.map(({ reach }) => reach)),
    goals: {
      reached: goals.filter(({ id }) => reached.has(id)).map(({ id }) => id),
      open: goals.filter(({ id }) => !reached.has(id)).map(({ id, sentence }) => ({ id, sentence })),
    },
    assertions: together(parts.flatMap(({ assertions }) => Object.entries(assertions))),
    corpus: parts.flatMap(({ corpus }) => corpus),
    leftOpen: parts
      .map(({ leftOpen }) => leftOpen)
      .filter((text) => text !== '')
      .join(', '),
  }
  const expected = report.schedules < EXPECTING_SCHEDULES_MIN ? [] : first.goalsExpected
  const required = options.goalsRequired ?? expected
  return {
    ...judge(
      report,
      { ...options, goalsRequired: required },
      sum((part) => part.corpusCount),
    ),
    ...report,
  }
}

/** The report of a campaign that had to be ended: code under check ran without end, or threw outside of every schedule. */
export function brokenReport(fault: SubjectFault, subject: string, options: CampaignOptions): CampaignReport {
  const { code, message } = fault
  return {
    verdict: 'fail',
    exitCode: 3,
    reasons: [`${code}: ${message}`],
    subject,
    setting: '',
    seed: options.seed ?? 1,
    lane: 'pure',
    threads: 0,
    schedules: 0,
    facts: 0,
    virtualMs: 0,
    wallMs: 0,
    failures: [{ failure: code, fault, count: 1 }],
    failing: 1,
    comparedTwice: 0,
    sources: [],
    reach: reachReport([]),
    goals: { reached: [], open: [] },
    assertions: {},
    corpus: [],
    leftOpen: '',
  }
}

type Judged = Pick<CampaignReport, 'verdict' | 'exitCode' | 'reasons'>

function judge(report: Omit<CampaignReport, keyof Judged>, options: CampaignOptions, corpusCount: number): Judged {
  const { difference, failures } = report
  if (difference !== undefined) {
    return { verdict: 'fail', exitCode: 4, reasons: [`It is not deterministic: ${difference.sentence}.`] }
  }
  if (failures.length > 0) return { verdict: 'fail', exitCode: exitCodeOf(failures), reasons: failures.map(reasonOf) }
  const reasons = doubts(report, options, corpusCount)
  return reasons.length === 0
    ? { verdict: 'pass', exitCode: 0, reasons }
    : { verdict: 'inconclusive', exitCode: 5, reasons }
}

/** What keeps a campaign that found nothing from being a pass. */
function doubts(
  report: Omit<CampaignReport, keyof Judged>,
  options: CampaignOptions,
  corpusCount: number,
): readonly string[] {
  const required = new Set(options.goalsRequired ?? [])
  const least = Math.min(options.schedules ?? SCHEDULES_MIN, SCHEDULES_MIN)
  const isDry = report.sources.every(({ isDry }) => isDry)
  return [
    ...(report.schedules < least && !isDry
      ? [`Only ${report.schedules} schedules were run, and ${least} is the least that says something.`]
      : []),
    ...(report.corpus.length < corpusCount
      ? [`Only ${report.corpus.length} of ${corpusCount} counterexamples of the corpus were tried.`]
      : []),
    ...(report.leftOpen === '' ? [] : [`Code under check has left something open: ${report.leftOpen}.`]),
    ...report.goals.open
      .filter(({ id }) => required.has(id))
      .map(({ id, sentence }) => `Not reached: ${id} (${sentence.replace(/\.$/, '')}).`),
    ...Object.entries(report.assertions)
      .filter(([, held]) => held === 0)
      .map(([label]) => `Never so in any schedule, though the code asks for it: "${label}".`),
    ...(isVacuous(report.reach)
      ? ['No task ever succeeded: see that the workers of all its task types, and bodies they accept, are in `check`.']
      : isFruitless(report.reach)
        ? ['No run was ever completed: nothing is known of one that goes well.']
        : []),
  ]
}

/** Of the schedules that were looked into, none got any work done: nothing was checked. */
function isVacuous({ facts }: ReachReport): boolean {
  return facts['run.started'] !== undefined && facts['task.succeeded'] === undefined
}

/** Tasks succeeded, and yet each run ended failed, cancelled or exhausted. */
function isFruitless({ facts }: ReachReport): boolean {
  return facts['task.succeeded'] !== undefined && Object.keys(facts).every((kind) => !kind.startsWith('run.completed'))
}

function exitCodeOf(failures: readonly Failure[]): 1 | 2 | 3 {
  if (failures.some(({ fault }) => fault !== undefined)) return 3
  return failures.every(({ violation }) => violation?.invariant.startsWith('L') === true) ? 2 : 1
}

function reasonOf({ failure, violation, fault }: Failure): string {
  return `${failure}: ${violation?.sentence ?? fault?.message ?? ''}`
}

/** Of the same failure found in several threads, the smallest. */
function smallestOfEach(failures: readonly Failure[]): readonly Failure[] {
  const byName = new Map<string, Failure>()
  for (const failure of failures) {
    const other = byName.get(failure.failure)
    const least = other === undefined || factsOf(failure) < factsOf(other) ? failure : other
    byName.set(failure.failure, { ...least, count: failure.count + (other?.count ?? 0) })
  }
  return [...byName.values()]
}

function factsOf({ shown }: Failure): number {
  return shown?.facts ?? Infinity
}

function sourcesTogether(parts: readonly CampaignPart[]): readonly SourceAccount[] {
  const [first] = parts as [CampaignPart]
  return first.sources.map(({ name }) => {
    const same = parts.flatMap(({ sources }) => sources.filter((source) => source.name === name))
    const figures = mergeFigures(same.flatMap((source) => (source.figures === undefined ? [] : [source.figures])))
    return {
      name,
      schedules: same.reduce((total, { schedules }) => total + schedules, 0),
      isDry: same.every(({ isDry }) => isDry),
      ...(figures === undefined ? {} : { figures }),
    }
  })
}
