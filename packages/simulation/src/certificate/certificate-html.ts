import { createHash } from 'node:crypto'
import { escapeHtml } from '../explain/page/escape-html.ts'
import { CERTIFICATE_STYLE } from './certificate-style.ts'
import { countOf, shown, verdictWords } from './certificate-text.ts'
import type { Certificate, PerTask } from './certificate.ts'
import { spreadChart, stackChart } from './charts.ts'
import type { Distribution } from './distribution.ts'
import { SHAPE_SENTENCES, type GraphShape } from './graph-shapes.ts'

/**
 * A certificate as one page that needs nothing beside it, in light or dark. It loads and runs nothing.
 *
 * @example
 * await writeFile('mine.html', certificateHtml(certify(mine)))
 */
export function certificateHtml(certificate: Certificate): string {
  const { strategy, rule, seeds } = certificate
  const last = seeds.first + seeds.count - 1
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
    `<title>Certificate of ${escapeHtml(strategy)}</title><style>${CERTIFICATE_STYLE}</style></head><body><main>`,
    `<header><h1>Certificate of ${escapeHtml(strategy)}</h1>`,
    `<p class="soft">${escapeHtml(rule)} · seeds ${seeds.first} to ${last} · simulated time, the same on every machine</p></header>`,
    guarantees(certificate),
    makespans(certificate),
    regrets(certificate),
    faults(certificate),
    costs(certificate),
    world(certificate),
    notJudged(certificate),
    '</main></body></html>\n',
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

const hash = createHash('sha256').update(CERTIFICATE_STYLE).digest('base64')
/** Our own style and nothing else: no script, no network. */
const POLICY = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
const SPREAD_LEGEND =
  'The dot is the median, the bar reaches to the 95th percentile, the tick and the number are the largest.'

function section(title: string, sentence: string, ...content: readonly string[]): string {
  return `<section><h2>${escapeHtml(title)}</h2><p>${escapeHtml(sentence)}</p>${content.join('\n')}</section>`
}

function guarantees({ guarantees: verdicts }: Certificate): string {
  const lines = verdicts.map((one) => {
    const kind = one.verdict === 'held' ? 'held' : one.verdict === 'broken' && one.declared ? 'broken' : 'open'
    const mark = { held: '✓', broken: '✗', open: '·' }[kind]
    const note = one.sentence === undefined ? '' : `<small>${escapeHtml(one.sentence)}</small>`
    return `<li class="${kind}"><b>${mark}</b> ${one.guarantee}: ${escapeHtml(verdictWords(one))}${note}</li>`
  })
  return section(
    'Guarantees',
    'What is declared has to hold in every run; what is not is measured all the same.',
    `<ul>${lines.join('')}</ul>`,
  )
}

function makespans({ makespans: lines }: Certificate): string {
  let shape: GraphShape | undefined
  const rows = lines.map((line) => {
    const group = line.shape === shape ? undefined : `${line.shape}: ${SHAPE_SENTENCES[line.shape]}`
    shape = line.shape
    return { label: `P = ${line.slots}`, spread: line.ratio, ...(group === undefined ? {} : { group }) }
  })
  const cells = lines.map((line) => [
    `${line.shape}, P = ${line.slots}`,
    ...spread(line.ratio),
    countOf(line.withinBound, line),
  ])
  return section(
    'Makespan without faults',
    `Over max(T1/P, T∞), the least that any schedule on P equal slots needs, which may be less than is possible. ${SPREAD_LEGEND}`,
    spreadChart('Makespan over the lower bound, by shape of graph and number of slots', rows),
    details(table(['', 'p50', 'p95', 'max', 'within T1/P + (1-1/P) T∞'], cells)),
  )
}

function regrets({ regrets: lines }: Certificate): string {
  const rows = lines.map(({ slots, ratio }) => ({ label: `P = ${slots}`, spread: ratio }))
  const cells = lines.map((line) => [`P = ${line.slots}`, ...spread(line.ratio), countOf(line.optimal, line)])
  return section(
    'Regret',
    'Makespan over the exact optimum, found by branch and bound, on graphs of up to 6 tasks.',
    spreadChart('Makespan over the exact optimum', rows),
    table(['', 'p50', 'p95', 'max', 'optimal'], cells),
  )
}

const PARTS = [
  'T1/P, the work',
  'W/P, work that was lost',
  '(1-1/P) T∞, the longest path',
  'D, delay that faults put on it',
]

function faults({ faults: lines }: Certificate): string {
  const rows = lines.map(({ slots, parts: { work, waste, path, delay }, ratio }) => ({
    label: `P = ${slots}`,
    parts: [work, waste, path, delay],
    mark: { at: ratio.p50, name: 'median makespan over the bound' },
  }))
  const legend = PARTS.map((name, index) => `<span><i class="k${index}"></i>${escapeHtml(name)}</span>`)
  const cells = lines.map((line) => [
    `P = ${line.slots}`,
    ...spread(line.waste),
    `${Math.round(line.detectionMs.p50)} ms`,
    `${Math.round(line.detectionMs.max)} ms`,
    ...spread(line.ratio),
    countOf(line.withinBound, line),
  ])
  return section(
    'With hosts that die or freeze and workers that throw',
    'Where the time may go: the parts of (T1 + W)/P + (1-1/P) T∞ + D, which no greedy schedule exceeds, and how much of it was taken.',
    `<div class="legend">${legend.join('')}<span><i class="k4"></i>median makespan</span></div>`,
    stackChart('Parts of the bound with faults', PARTS, rows),
    table(['', 'W/T1 p50', 'p95', 'max', 'detection p50', 'max', 'of the bound p50', 'p95', 'max', 'within'], cells),
  )
}

function costs({ fairnessGap, overspend, perTask }: Certificate): string {
  return section(
    'What a task costs, without faults',
    'The fairness gap is the most starts that one key had more than another while tasks of both waited; up to 2 is fair.',
    table(
      ['', 'p50', 'p95', 'max'],
      [
        ['fairness gap between keys, starts', ...spread(fairnessGap)],
        ['overspend of a tight budget, in shares of it', ...spread(overspend)],
        ...perTaskCells(perTask),
      ],
    ),
  )
}

function world({ world: measures }: Certificate): string {
  const { schedules, ends, violations, waste, detectionMs, perTask, overspentTokens } = measures
  const ended = Object.entries(ends).map(([end, count]) => `${end} ${count}`)
  return section(
    `The simulated world with all its faults, ${schedules} schedules`,
    `Ended ${ended.join(', ')}. Invariants were broken in ${violations} of them.`,
    table(
      ['', 'p50', 'p95', 'max'],
      [
        ['waste W/T1', ...spread(waste)],
        ['detection, ms', ...spread(detectionMs)],
        ['overspent tokens', ...spread(overspentTokens)],
        ...perTaskCells(perTask),
      ],
    ),
  )
}

function notJudged({ notJudged: list }: Certificate): string {
  const lines = list.map(({ what, why }) => `<li>${escapeHtml(what)}<small>${escapeHtml(why)}</small></li>`)
  return section('Not judged', 'What this page says nothing about.', `<ul>${lines.join('')}</ul>`)
}

function perTaskCells({ messages, decisions, attempts }: PerTask): readonly (readonly string[])[] {
  return [
    ['messages between manager and slots per task', ...spread(messages)],
    ['decisions asked of the manager per task', ...spread(decisions)],
    ['attempts per task', ...spread(attempts)],
  ]
}

function spread({ p50, p95, max }: Distribution): readonly string[] {
  return [p50, p95, max].map(shown)
}

function details(content: string): string {
  return `<details><summary>All figures</summary>${content}</details>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => tableRow('td', row)).join('')
  return `<div class="scroll"><table><thead>${tableRow('th', head)}</thead><tbody>${body}</tbody></table></div>`
}

function tableRow(kind: 'th' | 'td', cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${kind}>${escapeHtml(cell)}</${kind}>`).join('')}</tr>`
}
