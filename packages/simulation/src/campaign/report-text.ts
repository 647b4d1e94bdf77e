import { number } from '../trace/number.ts'
import { comparisonWords } from '../cross-runs/comparison-words.ts'
import { FAULT_KINDS } from '../faults/fault-catalogue.ts'
import { figuresText } from '../search/source-figures.ts'
import type { PassingTwin } from '../shrink/passing-twin.ts'
import type { CampaignReport } from './campaign-report.ts'
import type { Failure } from './failure.ts'

const NAME_WIDTH = 12
/** The name of a row, and the blanks up to its text. */
const ROW = /^ {2}[a-z ]{12} (?=\S)/
const MARKS = { pass: '✓', fail: '✗', inconclusive: '?' } as const

/**
 * A campaign in plain text: the verdict, each failure with the word that brings it back, and an honest
 * account of what was tried and what was not reached.
 *
 * @param width cells of a line. Default 100. A string that can be copied is never broken
 */
export function reportText(report: CampaignReport, width = 100): string {
  return linesOf(report)
    .flatMap((line) => broken(line, width))
    .join('\n')
}

// ---------------------------------------------------------------------------------------------

function linesOf(report: CampaignReport): readonly string[] {
  const { verdict, subject, failures, difference, reasons } = report
  const found = difference === undefined ? failures.flatMap(failureLines) : differenceLines(difference)
  const doubts = verdict === 'inconclusive' ? reasons.map((reason) => `  ${reason}`) : []
  const head = [`${MARKS[verdict]} ${subject}: ${verdict}`, ...found, ...doubts]
  // Nothing came to an end, so there is nothing to account for.
  if (report.threads === 0) return head
  return [
    ...head,
    ...workLines(report),
    ...report.sources.filter(({ schedules }) => schedules > 0).flatMap(sourceLines),
    ...reachLines(report),
    ...Object.entries(report.assertions).map(([label, held]) =>
      row('said', [`"${label}"`, `so in ${count(held, 'schedule')}`]),
    ),
    ...corpusLines(report),
  ]
}

function failureLines({ failure, violation, fault, count: times, shown }: Failure): readonly string[] {
  const first = `  ✗ ${failure}: ${violation?.sentence ?? fault?.message ?? ''}`
  if (shown === undefined) return [first]
  const { facts, factsFound, shrinkMs, isMinimal, replay, twin } = shown
  return [
    first,
    `    ${count(facts, 'fact')}, shrunk from ${factsFound} in ${seconds(shrinkMs)}${isMinimal ? '' : ', perhaps not the smallest'} · ${count(times, 'schedule')} failed like this`,
    ...(twin === undefined ? [] : [`    it passes ${flipText(twin)}`]),
    `    replay ${replay}`,
  ]
}

/** The one flipped choice in words. */
function flipText({ flipped, value }: PassingTwin): string {
  const { label, value: was } = flipped
  if (label.startsWith('fault.')) return `without the fault ${label.slice('fault.'.length)}`
  return `with ${comparisonWords(flipped) ?? label} ${value} instead of ${was}`
}

function differenceLines({ sentence, replay }: NonNullable<CampaignReport['difference']>): readonly string[] {
  return ['  ✗ the same choices led to two schedules', `    ${sentence}`, `    replay ${replay}`]
}

function workLines(report: CampaignReport): readonly string[] {
  const { schedules, facts, virtualMs, wallMs, threads, lane, seed } = report
  const perSecond = (amount: number): string => number(Math.round(amount / Math.max(wallMs / 1_000, 0.001)))
  return [
    row('tried', [
      `${count(schedules, 'schedule')} in ${seconds(wallMs)}`,
      `${perSecond(schedules)}/s`,
      `${perSecond(facts)} facts/s`,
      `${number(Math.round(virtualMs / Math.max(wallMs, 1)))} times as fast as real time`,
    ]),
    row('how', [`${lane} lane`, count(threads, 'thread'), `seed ${seed}`, `${number(report.comparedTwice)} run twice`]),
  ]
}

function sourceLines({ name, schedules, figures }: CampaignReport['sources'][number]): readonly string[] {
  const [first, ...others] = figures === undefined ? [] : figuresText(figures)
  return [row(name, [count(schedules, 'schedule'), first]), ...others.map((text) => row('', [text]))]
}

function reachLines({ verdict, reach, goals }: CampaignReport): readonly string[] {
  const kinds = Object.keys(reach.facts).length
  // No schedule was looked into.
  if (kinds === 0) return []
  const unseen = FAULT_KINDS.filter((kind) => reach.faults[kind] === undefined)
  const open = goals.open.map(({ id }) => id)
  return [
    row('reached', [
      count(kinds, 'kind of fact', 'kinds of fact'),
      `${Object.keys(reach.faults).length} of ${FAULT_KINDS.length} faults`,
      `${number(reach.cells)} cells of fact, task and fault`,
      `${number(reach.states)} states`,
      `${goals.reached.length} of ${goals.reached.length + open.length} goals`,
    ]),
    // What was not reached is worth a line where nothing was found.
    ...(verdict === 'fail' || unseen.length === 0 ? [] : [row('not struck', [unseen.join(', ')])]),
    ...(verdict === 'fail' || open.length === 0 ? [] : [row('not reached', [open.join(', ')])]),
  ]
}

function corpusLines({ corpus }: CampaignReport): readonly string[] {
  return corpus.map(({ file, failure, now, isStale }) =>
    row('corpus', [
      file,
      now === undefined ? `passes, once ${failure}` : `breaks ${now}`,
      isStale ? 'stale: it is of another setting' : undefined,
    ]),
  )
}

function row(name: string, parts: readonly (string | undefined)[]): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${parts.filter((part) => part !== undefined).join(' · ')}`
}

/** A line, broken at blanks where it is too long; what follows stands below its text. */
function broken(line: string, width: number): readonly string[] {
  const lead = ROW.exec(line)?.[0].length ?? line.search(/\S/) + 2
  const lines: string[] = []
  for (const word of line.slice(lead).split(' ')) {
    const last = lines.at(-1)
    const fits = last !== undefined && lead + last.length + word.length < width
    // What is too long for any line gains nothing from a line of its own.
    if (last === undefined || (!fits && lead + word.length < width)) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.map((text, index) => (index === 0 ? line.slice(0, lead) : ' '.repeat(lead)) + text)
}

function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
