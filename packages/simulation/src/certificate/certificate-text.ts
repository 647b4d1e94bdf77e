import { wrap } from '../explain/cells.ts'
import { printable } from '../explain/printable.ts'
import { textTable } from '../replay/text-table.ts'
import type { Certificate, GuaranteeVerdict, PerTask } from './certificate.ts'
import type { Distribution } from './distribution.ts'

/** Cells of a sentence, which stands four of them in. */
const TEXT_WIDTH = 76

/** A certificate for a terminal of 80 columns. */
export function certificateText(certificate: Certificate): string {
  const { strategy, rule, seeds } = certificate
  const sections = [
    `certificate of ${printable(strategy)} (${printable(rule)}), seeds ${seeds.first} to ${seeds.first + seeds.count - 1}`,
    section('guarantees', guarantees(certificate)),
    section('makespan over max(T1/P, T∞), without faults', makespans(certificate)),
    section('makespan over the exact optimum, graphs of up to 6 tasks', regrets(certificate)),
    section('with hosts that die or freeze and workers that throw', faults(certificate)),
    section(`the simulated world with all its faults, ${certificate.world.schedules} schedules`, world(certificate)),
    section('without faults', calm(certificate)),
    section(
      'not judged',
      certificate.notJudged.flatMap(({ what, why }) => [
        `${what}:`,
        ...wrap(why, TEXT_WIDTH).map((line) => `  ${line}`),
      ]),
    ),
  ]
  return `${sections.join('\n\n')}\n`
}

/** A certificate as JSON, for tools. */
export function certificateJson(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`
}

/** A ratio or share for people. */
export function shown(value: number): string {
  return value.toFixed(value >= 100 ? 0 : 2)
}

/** What became of a guarantee, in a few words. */
export function verdictWords({ declared, verdict, judged, broken }: GuaranteeVerdict): string {
  const by = declared ? 'declared' : 'not declared'
  if (verdict === 'not judged') return `${by}, not judged`
  if (verdict === 'held') return `${by}, held in ${judged} runs`
  return `${by}, ${declared ? 'broken' : 'did not hold'} in ${broken} of ${judged} runs`
}

/** How many of the finished runs did well, and how many did not finish. */
export function countOf(well: number, { ratio, unfinished }: { ratio: Distribution; unfinished: number }): string {
  return `${well} of ${ratio.count}${unfinished === 0 ? '' : `, ${unfinished} unfinished`}`
}

// ---------------------------------------------------------------------------------------------

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return textTable(head, rows).split('\n')
}

function guarantees({ guarantees: verdicts }: Certificate): readonly string[] {
  return verdicts.flatMap((one) => {
    const mark = one.verdict === 'held' ? '✓' : one.verdict === 'broken' && one.declared ? '✗' : '·'
    const line = `${mark} ${one.guarantee}: ${verdictWords(one)}`
    return one.sentence === undefined ? [line] : [line, `    ${printable(one.sentence)}`]
  })
}

function makespans({ makespans: lines }: Certificate): readonly string[] {
  return table(
    ['shape', 'P', 'p50', 'p95', 'max', 'within T1/P + (1-1/P) T∞'],
    lines.map((line) => [line.shape, String(line.slots), ...spread(line.ratio), countOf(line.withinBound, line)]),
  )
}

function regrets({ regrets: lines }: Certificate): readonly string[] {
  return table(
    ['P', 'p50', 'p95', 'max', 'optimal'],
    lines.map((line) => [String(line.slots), ...spread(line.ratio), countOf(line.optimal, line)]),
  )
}

function faults({ faults: lines }: Certificate): readonly string[] {
  return [
    ...table(
      ['P', 'waste W/T1 p50', 'p95', 'max', 'detection p50', 'p95', 'max'],
      lines.map((line) => [String(line.slots), ...spread(line.waste), ...times(line.detectionMs)]),
    ),
    '',
    'makespan over the bound, (T1 + W)/P + (1-1/P) T∞ + D:',
    ...table(
      ['P', 'p50', 'p95', 'max', 'within'],
      lines.map((line) => [String(line.slots), ...spread(line.ratio), countOf(line.withinBound, line)]),
    ),
    '',
    'the bound by its parts:',
    ...table(
      ['P', 'T1/P', 'W/P', '(1-1/P) T∞', 'D'],
      lines.map(({ slots, parts: { work, waste, path, delay } }) => [
        String(slots),
        ...[work, waste, path, delay].map((part) => `${Math.round(part * 100)} %`),
      ]),
    ),
  ]
}

function world({ world: { ends, violations, waste, detectionMs, perTask, overspentTokens } }: Certificate) {
  const ended = Object.entries(ends).map(([end, count]) => `${end} ${count}`)
  return [
    `ended ${ended.join(', ')}`,
    `invariants broken in ${violations}`,
    ...table(
      ['', 'p50', 'p95', 'max'],
      [
        ['waste W/T1', ...spread(waste)],
        ['detection', ...times(detectionMs)],
        ['overspent tokens', ...spread(overspentTokens)],
        ...costs(perTask),
      ],
    ),
  ]
}

function calm({ fairnessGap, overspend, perTask }: Certificate): readonly string[] {
  return table(
    ['', 'p50', 'p95', 'max'],
    [
      ['fairness gap between keys, starts', ...spread(fairnessGap)],
      ['overspend of a tight budget', ...spread(overspend)],
      ...costs(perTask),
    ],
  )
}

function costs({ messages, decisions, attempts }: PerTask): readonly (readonly string[])[] {
  return [
    ['messages per task', ...spread(messages)],
    ['decisions per task', ...spread(decisions)],
    ['attempts per task', ...spread(attempts)],
  ]
}

function spread({ p50, p95, max }: Distribution): readonly string[] {
  return [p50, p95, max].map(shown)
}

function times({ p50, p95, max }: Distribution): readonly string[] {
  return [p50, p95, max].map((ms) => `${Math.round(ms)} ms`)
}
