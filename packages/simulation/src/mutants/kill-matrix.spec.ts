import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { killAll } from './kill-all.fixture.ts'
import { killMatrixPage, rowsOf, type Row } from './kill-matrix-page.fixture.ts'
import type { Kill } from './kill.fixture.ts'
import type { Mutant } from './mutant.fixture.ts'
import { mutatedSources } from './mutated-source.fixture.ts'
import { MUTANTS } from './mutants.fixture.ts'
import { PUBLISHED_BUGS } from './published-bugs.fixture.ts'
import { STAGE_NAMES } from './stages.fixture.ts'

const LONG_MS = 900_000

/** The numbers of the catalogue of seeded bugs. */
const NUMBERS =
  '1 2 3 4 5 7 9 11 12 13 14 15 17 18 20 21 22 24 25 27 28 29 30 31 33 35 37 38 39 41 42 43 46 48 50 51 53 55 56 57 59 60 61 63 64 66 67 68 69 70 71 72 74 75 77 78 80'
    .split(' ')
    .map(Number)

const docs = (name: string) => resolve(import.meta.dirname, `../../../../docs/${name}`)

describe('the list of mutants', () => {
  it('has a mutant for every number of the catalogue, each under a name of its own', () => {
    const numbers = new Set(MUTANTS.map(({ number }) => number))
    expect(NUMBERS.filter((number) => !numbers.has(number))).toEqual([])
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s fits the sources', (_name, mutant) => {
    for (const edit of mutant.edits) expect(mutatedSources(mutant).get(edit.file)).toContain(edit.replace)
  })

  it('has a mutant for every published bug that is named', () => {
    const names = new Set(MUTANTS.map(({ name }) => name))
    const uncovered = PUBLISHED_BUGS.filter(
      ({ mutants }) => mutants.length === 0 || !mutants.every((name) => names.has(name)),
    )
    expect(uncovered).toEqual([])
  })

  it('refuses an edit whose place is gone or stands twice', () => {
    const [mutant] = MUTANTS as [Mutant]
    const [edit] = mutant.edits as [Mutant['edits'][number]]
    for (const find of ['no such text', 'const']) {
      expect(() => mutatedSources({ ...mutant, edits: [{ ...edit, find }] })).toThrow(/instead of once/)
    }
  })
})

describe('the invariants', () => {
  /** The sources as they are: an alarm here is a false one. */
  const references = STAGE_NAMES.map((stage): Mutant => ({
    name: stage,
    defect: 'none',
    edits: [],
    killers: [],
    stage,
  }))
  let found: ReadonlyMap<string, Kill>
  let rows: readonly Row[]

  beforeAll(async () => {
    const calm = await killAll(references, { schedulesMax: 2_000 })
    const kills = await killAll(MUTANTS)
    rows = rowsOf(MUTANTS, kills)
    found = new Map([...calm, ...kills].map((kill) => [kill.mutant, kill]))
  }, LONG_MS)

  it.each(STAGE_NAMES)('raise no alarm on the sources without a defect (%s)', (stage) => {
    expect(found.get(stage)).toMatchObject({ invariants: [], crashes: 0 })
  })

  const sought = MUTANTS.filter(({ survives }) => survives === undefined)
  it.each(sought.map(({ killers, name }) => [killers.join(', '), name, killers] as const))(
    '%s: find %s',
    (_ids, name, killers) => {
      expect(killers.filter((id) => found.get(name)?.invariants.includes(id))).not.toEqual([])
    },
  )

  it('miss those mutants only of which it is said why', () => {
    const missed = MUTANTS.map(({ name }) => found.get(name) as Kill)
      .filter(({ by }) => by === undefined)
      .map(({ mutant, crash }) => [mutant, crash])
    const expected = MUTANTS.filter((mutant) => !sought.includes(mutant)).map(({ name }) => [name, undefined])
    expect(missed).toEqual(expected)
  })

  it('find what the page says, by the schedules that it says', async () => {
    await expect(`${JSON.stringify(rows, undefined, 2)}\n`).toMatchFileSnapshot(docs('kill-matrix.json'))
    await expect(killMatrixPage(rows)).toMatchFileSnapshot(docs('kill-matrix.md'))
  })
})
