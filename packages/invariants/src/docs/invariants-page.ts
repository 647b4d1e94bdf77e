import type { Invariant } from '../invariant.ts'

/** The page of the documentation that lists invariants, generated from their definitions. */
export function invariantsPage(invariants: readonly Invariant[]): string {
  return [
    '# Invariants',
    '',
    '<!-- Generated from packages/invariants/src/catalogue; `vitest run -u` in packages/invariants rewrites it. -->',
    '',
    'What `bosun check` and `bosun audit` judge a log of facts by. A violation names the id, the clause, one sentence about the case at hand, and the numbers of the facts involved.',
    '',
    ...invariants.flatMap(section),
  ].join('\n')
}

// ---------------------------------------------------------------------------------------------

function section({ id, title, sentence, clauses, needs }: Invariant): readonly string[] {
  const needed = (needs ?? []).map((need) =>
    [need]
      .flat()
      .map((type) => `\`${type}\``)
      .join(' or '),
  )
  return [
    `## ${id} ${title}`,
    '',
    sentence,
    '',
    ...Object.entries(clauses).map(([clause, broken]) => `- \`${clause}\`: ${broken}`),
    '',
    ...(needed.length === 0 ? [] : [`Judged only in a log with ${needed.join(' and ')}.`, '']),
  ]
}
