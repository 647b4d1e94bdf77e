import type { CatalogueEntry, InvariantGroup } from './invariant-groups.ts'

/** What a section on goals is made of. */
export interface GoalsSection {
  readonly goals: readonly { readonly id: string; readonly sentence: string }[]
  /** Goals that neither facts nor world show, and why. */
  readonly leftOut: Readonly<Record<string, string>>
}

/** The page of the documentation that lists invariants and goals, generated from their definitions. */
export function invariantsPage(groups: readonly InvariantGroup[], goals: GoalsSection): string {
  return [
    '# Invariants',
    '',
    '<!-- Generated from packages/invariants/src; `vitest run -u` in packages/invariants rewrites it. -->',
    '',
    'What `bosun check` and `bosun audit` judge a log of facts by. A violation names the id, the clause, one sentence about the case at hand, and the numbers of the facts involved.',
    '',
    ...groups.flatMap(({ title, intro, invariants }) => [`## ${title}`, '', intro, '', ...invariants.flatMap(entry)]),
    ...goalsSection(goals),
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

function entry({ id, title, sentence, clauses, needs, needsWorld }: CatalogueEntry): readonly string[] {
  const needed = (needs ?? []).map((need) =>
    [need]
      .flat()
      .map((type) => `\`${type}\``)
      .join(' or '),
  )
  return [
    `### ${id} ${title}`,
    '',
    sentence,
    '',
    ...Object.entries(clauses).map(([clause, broken]) => `- \`${clause}\`: ${broken}`),
    '',
    ...(needed.length === 0 ? [] : [`Judged only in a log with ${needed.join(' and ')}.`, '']),
    ...(needsWorld === true ? ['Judged only in a simulated world.', ''] : []),
  ]
}

function goalsSection({ goals, leftOut }: GoalsSection): readonly string[] {
  return [
    '## Goals',
    '',
    'What a campaign has to meet at least once, or it proves less than it seems to.',
    '',
    ...goals.map(({ id, sentence }) => `- \`${id}\`: ${sentence}`),
    '',
    'What cannot be met, and why:',
    '',
    ...Object.entries(leftOut).map(([id, why]) => `- \`${id}\`: ${why}`),
    '',
  ]
}
