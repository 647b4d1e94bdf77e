import { describe, expect, it } from 'vitest'
import { symbolRenamer } from './symbol-renamer.ts'
import { workspace } from './workspace.fixture.ts'

/** Renames `old` of a.ts to `fresh` in some files, and returns them all. */
async function renamed(files: Readonly<Record<string, string>>, more: object = {}) {
  const project = workspace(files)
  const report = await project.attempt('rename_symbol', { file: 'a.ts', name: 'old', to: 'fresh', ...more })
  return { report, texts: Object.fromEntries(Object.keys(files).map((path) => [path, project.text(path)])) }
}

describe('rename_symbol', () => {
  it.each(symbolRenamer.examples.map((example) => [example.name, example] as const))(
    'does as its example says: %s',
    async (_, { body, files, result }) => {
      expect(await workspace(files ?? {}).attempt('rename_symbol', body as object)).toEqual(result)
    },
  )

  it('follows references through imports, however they are written, and leaves the same word elsewhere alone', async () => {
    const { texts, report } = await renamed({
      'a.ts': `export const old = 1 // old\nexport const text = 'old'\n`,
      'b.ts': `import { old } from './a.ts'\nimport * as A from './a.js'\nconsole.log(old, A.old)\n`,
      'deep/c.tsx': `import { old as mine } from '../a'\nexport const C = () => <p>{mine} old</p>\n`,
      'd.ts': `const old = 2\nexport const o = { old: 3, other: old }\n`,
    })
    expect(texts).toEqual({
      'a.ts': `export const fresh = 1 // old\nexport const text = 'old'\n`,
      'b.ts': `import { fresh } from './a.ts'\nimport * as A from './a.js'\nconsole.log(fresh, A.fresh)\n`,
      'deep/c.tsx': `import { fresh as mine } from '../a'\nexport const C = () => <p>{mine} old</p>\n`,
      'd.ts': `const old = 2\nexport const o = { old: 3, other: old }\n`,
    })
    expect(report).toMatchObject({ filesRead: 4, edits: 5 })
    expect(report.files.map(({ path }) => path)).toEqual(['a.ts', 'b.ts', 'deep/c.tsx'])
  })

  it('keeps the names by which others know it: shorthand properties and what is exported again', async () => {
    const { texts } = await renamed({
      'a.ts': 'export const old = 1\nexport const o = { old }\n',
      'b.ts': `export { old } from './a.ts'\n`,
      'c.ts': `import { old } from './b.ts'\nold\n`,
    })
    expect(texts).toEqual({
      'a.ts': 'export const fresh = 1\nexport const o = { old: fresh }\n',
      'b.ts': `export { fresh as old } from './a.ts'\n`,
      'c.ts': `import { old } from './b.ts'\nold\n`,
    })
  })

  it('renames members and types of a kind, not of another that is alike', async () => {
    const { texts } = await renamed(
      {
        'a.ts': 'export class A {\n  old() {}\n}\nexport const fresh = 1\n',
        'b.ts': `import { A } from './a.ts'\nnew A().old()\nconst like = { old() {} }\nlike.old()\n`,
      },
      { line: 2 },
    )
    expect(texts['b.ts']).toBe(`import { A } from './a.ts'\nnew A().fresh()\nconst like = { old() {} }\nlike.old()\n`)
  })

  it('takes the declaration of the file before those inside of functions, or the one on the line', async () => {
    const a = 'const old = 1\nfunction f(old: number) {\n  return old\n}\nf(old)\n'
    expect((await renamed({ 'a.ts': a })).texts['a.ts']).toBe(
      'const fresh = 1\nfunction f(old: number) {\n  return old\n}\nf(fresh)\n',
    )
    expect((await renamed({ 'a.ts': a }, { line: 3 })).texts['a.ts']).toBe(
      'const old = 1\nfunction f(fresh: number) {\n  return fresh\n}\nf(old)\n',
    )
  })

  it('fails when only members and local things have the name, and says on which lines', async () => {
    const a = 'function f(old: number) {}\nfunction g(old: number) {}\n'
    await expect(renamed({ 'a.ts': a })).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
      message: expect.stringContaining('lines 1, 2'),
    })
  })

  it.each([
    ['in the same place', 'const old = 1\nconst fresh = 2\n'],
    ['by an import', `import { fresh } from './b'\nfunction old() {}\n`],
    ['by another member', 'enum E {\n  fresh,\n  old,\n}\n', 3],
    ['by what lies around a reference', 'const old = 1\nfunction f(fresh: number) {\n  return old + fresh\n}\n'],
    [
      'by what is used there from further out',
      'const fresh = 1\nfunction f(old: number) {\n  return old + fresh\n}\n',
      2,
    ],
  ])('fails when the new name is taken %s, and writes nothing', async (_, a, line = undefined) => {
    const project = workspace({ 'a.ts': a })
    const body = { file: 'a.ts', name: 'old', to: 'fresh', line }
    await expect(project.attempt('rename_symbol', body)).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
      message: expect.stringContaining('fresh is taken'),
    })
    expect(project.text('a.ts')).toBe(a)
  })

  it.each([
    ['declared', `import { old } from './a.ts'\nconst fresh = 2\nexport const sum = old + fresh\n`],
    ['imported', `import { old } from './a.ts'\nimport { fresh } from './c.ts'\nexport const sum = old + fresh\n`],
    ['a parameter', `import { old } from './a.ts'\nexport const f = (fresh: number) => old + fresh\n`],
    ['exported', `export * from './a.ts'\nexport const fresh = 2\nimport { old as mine } from './b.ts'\n`],
  ])('fails when the new name is %s where it is imported, and writes nothing', async (_, b) => {
    const project = workspace({ 'a.ts': 'export const old = 1\n', 'b.ts': b, 'c.ts': 'export const fresh = 3\n' })
    await expect(project.attempt('rename_symbol', { file: 'a.ts', name: 'old', to: 'fresh' })).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
    })
    expect([project.text('a.ts'), project.text('b.ts')]).toEqual(['export const old = 1\n', b])
  })

  it('fails when the new name is a word of the language', async () => {
    const body = { file: 'a.ts', name: 'old', to: 'class' }
    await expect(workspace({ 'a.ts': 'const old = 1\n' }).attempt('rename_symbol', body)).rejects.toMatchObject({
      code: 'TASK_BODY_INVALID',
    })
  })

  it('fails on a file with the name in it that cannot be parsed, with the place, and writes nothing', async () => {
    const project = workspace({ 'a.ts': 'export const old = 1\n', 'b.ts': 'old(\n', 'c.ts': 'broken(\n' })
    const body = { file: 'a.ts', name: 'old', to: 'fresh' }
    await expect(project.attempt('rename_symbol', body)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      at: 'b.ts:2:1',
    })
    expect(project.text('a.ts')).toBe('export const old = 1\n')
    expect(await project.attempt('rename_symbol', { ...body, scope: ['c.ts'] })).toMatchObject({ edits: 1 })
  })

  it('changes nothing where nothing has the name, such as on a second run', async () => {
    const project = workspace({ 'a.ts': 'export const old = 1\n', 'b.ts': `import { old } from './a.ts'\n` })
    const body = { file: 'a.ts', name: 'old', to: 'fresh' }
    expect(await project.attempt('rename_symbol', body)).toMatchObject({ edits: 2 })
    expect(await project.attempt('rename_symbol', body)).toEqual({ filesRead: 2, edits: 0, files: [] })
  })

  it('looks into the folders of its scope alone, and never into packages and hidden folders', async () => {
    const files = {
      'src/a.ts': 'export const old = 1\n',
      'src/b.ts': `import { old } from './a.ts'\n`,
      'test/c.ts': `import { old } from '../src/a.ts'\n`,
      'src/node_modules/p/index.js': `import { old } from '../../a.ts'\n`,
      'src/.cache/d.ts': `import { old } from '../a.ts'\n`,
    }
    const { report } = await renamed(files, { file: 'src/a.ts', scope: ['src'] })
    expect(report.filesRead).toBe(2)
    expect(report.files.map(({ path }) => path)).toEqual(['src/a.ts', 'src/b.ts'])
  })

  it.each([
    [{ file: 'a.ts', name: 'a b', to: 'c' }],
    [{ file: 'a.ts', name: 'a', to: '1c' }],
    [{ file: 'a.md', name: 'a', to: 'c' }],
    [{ file: 'a.ts', name: 'a', to: 'c', line: 0 }],
    [{ file: 'a.ts', name: 'a', to: 'c', scope: [] }],
  ])('T-02: refuses the body %j before anything is read', (body) => {
    expect(symbolRenamer.body.safeParse(body).success).toBe(false)
  })
})
