import { posix } from 'node:path'
import type { Check, Finding } from './finding.ts'
import { readTestTitles } from './read-test-titles.ts'
import type { Repository } from './repository.ts'
import { requirements, type Requirement } from './requirements.ts'

export const requirementsPagePath = 'docs/requirements.md'

/** Which specs name a requirement in a title, by its id. */
export type ShownBy = ReadonlyMap<string, readonly string[]>

/** Reads the titles of all specs of the repository. */
export function specsByRequirement({ files }: Repository): ShownBy {
  const shown = new Map<string, Set<string>>()
  for (const [path, text] of files) {
    if (!/\.spec\.tsx?$/.test(path) || !ID.test(text)) continue
    for (const title of readTestTitles(text, path)) {
      for (const [id] of title.matchAll(IDS)) shown.set(id, (shown.get(id) ?? new Set()).add(path))
    }
  }
  return new Map(Array.from(shown, ([id, paths]) => [id, [...paths].toSorted()]))
}

/** The requirements as a page of the documentation, with the specs that show each. */
export function requirementsPage(repository: Repository): string {
  const shown = specsByRequirement(repository)
  return [
    '# Requirements',
    '',
    'What Bosun has to be able to do, and where a test shows it: the title of the test names the id, so',
    '`grep` finds it. Drawn by `npm run requirements` from `tools/tidy/src/requirements.ts` and the specs.',
    'M is what the pattern of manager and workers asks for, T what assigning and coordinating work asks for.',
    ...requirements.flatMap(({ title, items }) => [
      '',
      `## ${title}`,
      '',
      '| id | requirement | shown by |',
      '| --- | --- | --- |',
      ...items.map((item) => `| ${item.id} | ${item.sentence} | ${shownBy(item, shown)} |`),
    ]),
    '',
  ].join('\n')
}

/**
 * Every requirement has a test or says that it is for later, and the page names no test that is gone. A
 * test that is new need not be on the page: it is when the page is drawn again.
 */
export const requirementsAreShown: Check = (repository) => {
  const page = repository.files.get(requirementsPagePath)
  if (page === undefined) return [{ path: requirementsPagePath, message: 'is missing; run `npm run requirements`' }]
  const shown = specsByRequirement(repository)
  const rows = new Map(
    page.split('\n').flatMap((line, index) => {
      const [, id = '', row = ''] = /^\| ([MTX]-\d\d) +\|(.*)$/.exec(line) ?? []
      return id === '' ? [] : [[id, { row, line: index + 1 }]]
    }),
  )
  return requirements.flatMap(({ items }) => items.flatMap((item) => findings(item, rows.get(item.id), shown)))
}

// ---------------------------------------------------------------------------------------------

const ID = /\b[MTX]-\d\d\b/
const IDS = /\b[MTX]-\d\d\b/g

function shownBy({ id, later }: Requirement, shown: ShownBy): string {
  const specs = (shown.get(id) ?? []).map((path) => `[${posix.basename(path, '.ts')}](../${path})`)
  return [...(later === undefined ? [] : [later]), ...(specs.length === 0 ? [] : [specs.join(', ')])].join(' ')
}

function findings(
  { id, later }: Requirement,
  row: { readonly row: string; readonly line: number } | undefined,
  shown: ShownBy,
): readonly Finding[] {
  const specs = shown.get(id) ?? []
  const path = requirementsPagePath
  if (row === undefined) return [{ path, message: `lacks ${id}; run \`npm run requirements\`` }]
  if (specs.length === 0 && later === undefined) {
    return [{ path, line: row.line, message: `no test has ${id} in its title` }]
  }
  const named = Array.from(row.row.matchAll(/\]\(\.\.\/([^)]+)\)/g), ([, spec = '']) => spec)
  return named
    .filter((spec) => !specs.includes(spec))
    .map((spec) => ({ path, line: row.line, message: `no title of ${spec} has ${id}; run \`npm run requirements\`` }))
}
