import { describe, expect, it } from 'vitest'
import { readImports } from './read-imports.ts'

describe('readImports', () => {
  it('finds every form that makes one file need another', () => {
    const text = [
      `import { a } from './a.ts'`,
      `import type { B } from './b.ts'`,
      `import { type C } from './c.ts'`,
      `export { d } from './d.ts'`,
      `export * from './e.ts'`,
      `export type F = import('./f.ts').F`,
      `const g = await import('./g.ts')`,
      `import './h.ts'`,
    ].join('\n')
    expect(readImports(text, 'x.ts')).toEqual([
      { specifier: './a.ts', line: 1, typeOnly: false, wildcardExport: false },
      { specifier: './b.ts', line: 2, typeOnly: true, wildcardExport: false },
      { specifier: './c.ts', line: 3, typeOnly: true, wildcardExport: false },
      { specifier: './d.ts', line: 4, typeOnly: false, wildcardExport: false },
      { specifier: './e.ts', line: 5, typeOnly: false, wildcardExport: true },
      { specifier: './f.ts', line: 6, typeOnly: true, wildcardExport: false },
      { specifier: './g.ts', line: 7, typeOnly: false, wildcardExport: false },
      { specifier: './h.ts', line: 8, typeOnly: false, wildcardExport: false },
    ])
  })

  it('does not take the text of a string or a comment for an import', () => {
    expect(readImports("const a = \"import b from './b.ts'\" // import c from './c.ts'", 'x.ts')).toEqual([])
  })

  it('calls an import typed name by name a value import when one name is a value', () => {
    expect(readImports(`import { type A, b } from './a.ts'`, 'x.ts')[0]?.typeOnly).toBe(false)
  })
})
