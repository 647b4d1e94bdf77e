import { coreInvariants, crossRunInvariants, livenessInvariants, qualityInvariants } from '@bosun/invariants'
import type { Kill } from './kill.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'
import { PUBLISHED_BUGS } from './published-bugs.fixture.ts'

/** One mutant and what became of it: all of it follows from seeds, so it is the same on every machine. */
export interface Row extends Pick<Mutant, 'name' | 'number' | 'defect' | 'survives'> {
  readonly kill: Pick<Kill, 'by' | 'schedules' | 'invariants' | 'facts' | 'told' | 'choices' | 'sentence'>
}

/** The rows of a matrix, in the order of the mutants. */
export function rowsOf(mutants: readonly Mutant[], kills: readonly Kill[]): readonly Row[] {
  return mutants.map(({ name, number, defect, survives }, index) => {
    const { by, schedules, invariants, facts, told, choices, sentence } = kills[index] as Kill
    const kill = { by, schedules, invariants, facts, told, choices, sentence }
    return { name, number, defect, survives, kill } as Row
  })
}

/** The page that shows who finds which seeded bug. */
export function killMatrixPage(rows: readonly Row[]): string {
  return [
    '# The checker, checked',
    '',
    '<!-- Generated from packages/simulation/src/mutants; `npx vitest run -u kill-matrix` in packages/simulation rewrites it. -->',
    '',
    'Each row is a mutant: the reference sources with one defect, made in memory while they are loaded. Schedules',
    'are drawn from the seeds 0, 1, 2 and so on until an invariant is broken, and the one that breaks it is then',
    'shrunk. A mutant that only crashes counts as a survivor. No number here depends on the machine;',
    '`kill-matrix.json` beside this page holds the same as data.',
    '',
    ...summary(rows),
    '',
    '- **no**: the number in the catalogue of seeded bugs; the others came later;',
    '- **found by**: the invariant and its clause, then whoever else was the first to break in another schedule;',
    '- **after**: schedules until then;',
    '- **facts**: the whole log of the shrunk schedule; **told**: what of it, and of the world beside it, led to the',
    '  violation and does not go without saying.',
    '',
    '| no | mutant | defect | found by | after | facts | told |',
    '| --: | --- | --- | --- | --: | --: | --: |',
    ...rows.map(line),
    '',
    '## By invariant',
    '',
    'Which mutants each invariant finds. One that finds none here is shown to find something by its own specs.',
    '',
    '| invariant | mutants |',
    '| --- | --- |',
    ...byInvariant(rows),
    '',
    '## Bugs that were published',
    '',
    'Bugs of schedulers and agent frameworks that were reported in public, and the mutants of the same kind.',
    '',
    '| reported as | what happened | mutants |',
    '| --- | --- | --- |',
    ...PUBLISHED_BUGS.map(
      ({ threads, what, mutants }) => `| ${threads.join(', ')} | ${what} | ${mutants.join(', ')} |`,
    ),
    '',
  ].join('\n')
}

function summary(rows: readonly Row[]): readonly string[] {
  const killed = rows.filter(({ kill }) => kill.by !== undefined)
  const numbers = new Set(killed.flatMap(({ number }) => number ?? []))
  const survivors = rows.filter(({ kill }) => kill.by === undefined)
  const figures = (of: (row: Row) => number | undefined) => {
    const values = killed.map((row) => of(row) ?? 0).sort((a, b) => a - b)
    return `median ${values[values.length >> 1] ?? 0}, most ${values.at(-1) ?? 0}`
  }
  return [
    `**${killed.length} of ${rows.length} mutants are found**, among them those of ${numbers.size} numbers of the catalogue.`,
    `Schedules until then: ${figures(({ kill }) => kill.schedules)}. Facts of the shrunk schedules:`,
    `${figures(({ kill }) => kill.facts)}. Events told: ${figures(({ kill }) => kill.told)}.`,
    ...(survivors.length === 0 ? [] : ['', 'Not found:', '', ...survivors.map(survivor)]),
  ]
}

function survivor({ name, survives = 'nobody knows why' }: Row): string {
  return `- \`${name}\`: ${survives}`
}

function line({ name, number, defect, kill }: Row): string {
  const others = kill.invariants.filter((id) => id !== kill.by?.split(' ')[0])
  const also = others.length === 0 ? '' : `, also ${others.join(', ')}`
  const found = kill.by === undefined ? '**nobody**' : `${kill.by}${also}`
  return `| ${number ?? ''} | ${name} | ${defect} | ${found} | ${kill.schedules} | ${kill.facts ?? ''} | ${kill.told ?? ''} |`
}

const GUARANTEES = ['work-conserving', 'priority', 'fifo-per-key', 'fair'] as const

function byInvariant(rows: readonly Row[]): readonly string[] {
  const catalogue = [...coreInvariants, ...livenessInvariants, ...qualityInvariants(GUARANTEES), ...crossRunInvariants]
  return catalogue.map(({ id, title }) => {
    const found = rows.filter(({ kill }) => kill.invariants.includes(id)).map(({ name }) => name)
    return `| ${id} ${title} | ${found.length === 0 ? '–' : found.join(', ')} |`
  })
}
