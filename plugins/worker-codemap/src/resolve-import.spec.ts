import { describe, expect, it } from 'vitest'
import { resolveImport } from './resolve-import.ts'

const resolved = (importer: string, specifier: string, ...paths: string[]): string => {
  const target = resolveImport(importer, specifier, new Set(paths))
  return target.kind === 'module' ? target.path : target.kind === 'external' ? target.name : '-'
}

describe('resolveImport', () => {
  it.each([
    ['the very file', './b.ts', ['a/b.ts'], 'a/b.ts'],
    ['a missing ending', './b', ['a/b.tsx'], 'a/b.tsx'],
    ['a name with a dot', './b.component', ['a/b.component.ts'], 'a/b.component.ts'],
    ['the source of a compiled name', './b.js', ['a/b.ts'], 'a/b.ts'],
    ['the module source of a compiled name', './b.mjs', ['a/b.mts'], 'a/b.mts'],
    ['JSX of a compiled name', './b.js', ['a/b.tsx'], 'a/b.tsx'],
    ['declarations of a plain script', './b.js', ['a/b.d.ts'], 'a/b.d.ts'],
    ['the compiled file itself where both are there', './b.js', ['a/b.js', 'a/b.ts'], 'a/b.js'],
    ['a file before a folder', './b', ['a/b.ts', 'a/b/index.ts'], 'a/b.ts'],
    ['the index of a folder', './b', ['a/b/index.js'], 'a/b/index.js'],
    ['a folder that is written as one', './b/', ['a/b.ts', 'a/b/index.ts'], 'a/b/index.ts'],
    ['the index of its own folder', '.', ['a/index.ts'], 'a/index.ts'],
    ['the index above', '..', ['index.ts'], 'index.ts'],
    ['a way up and down', '../c/./d', ['c/d.ts'], 'c/d.ts'],
    ["a bundler's request", './b?raw', ['a/b.ts'], 'a/b.ts'],
  ])('finds %s', (_, specifier, paths, expected) => {
    expect(resolved('a/x.ts', specifier, ...paths)).toBe(expected)
  })

  it('leaves a relative import unresolved where no module is, or beyond the root', () => {
    expect(resolved('a/x.ts', './style.css', 'a/x.ts')).toBe('-')
    expect(resolved('a/x.ts', '../../x.ts', 'x.ts')).toBe('-')
  })

  it.each([
    ['rxjs/operators', 'rxjs'],
    ['@scope/name/part', '@scope/name'],
    ['node:fs/promises', 'node:fs'],
    ['#internal/x', '#internal/x'],
    ['https://esm.sh/a/b', 'https://esm.sh/a/b'],
  ])('takes %s as the package %s', (specifier, name) => {
    expect(resolved('a.ts', specifier)).toBe(name)
  })
})
