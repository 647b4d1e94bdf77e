import { KINDS, newPackage } from '@bosun/templates'
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { manager, planner, plugin, strategy, tool, worker } from './generators.ts'

const generators = { manager, planner, plugin, strategy, tool, worker }

/** The code of what generating throws. */
function codeOf(generate: () => void): string | undefined {
  try {
    generate()
    return undefined
  } catch (error) {
    return (error as { readonly code?: string }).code
  }
}

it.each(KINDS)('a %s of Nx is that of bosun new', (kind) => {
  const tree = createTreeWithEmptyWorkspace()
  generators[kind](tree, { name: 'my-thing' })
  for (const [path, text] of Object.entries(newPackage(kind, 'my-thing'))) {
    expect(tree.read(`plugins/my-thing/${path}`, 'utf8')).toBe(text)
  }
})

it('goes where it is told to, with the options of the kind', () => {
  const tree = createTreeWithEmptyWorkspace()
  generators.worker(tree, { name: 'describer', directory: 'libs/describer', model: 'fast' })
  expect(tree.read('libs/describer/src/describer.ts', 'utf8')).toContain(`model: 'fast'`)
})

it('changes nothing that is there, and refuses what is no name', () => {
  const tree = createTreeWithEmptyWorkspace()
  tree.write('plugins/mine/index.ts', 'mine')
  const before = tree.listChanges().length
  expect(codeOf(() => generators.worker(tree, { name: 'mine' }))).toBe('NAME_TAKEN')
  expect(codeOf(() => generators.worker(tree, { name: '../up' }))).toBe('NAME_INVALID')
  expect(codeOf(() => generators.strategy(tree, { name: 'fine', model: 'fast' }))).toBe('USAGE')
  expect(tree.listChanges()).toHaveLength(before)
})

it('declares a generator of each kind', () => {
  const { generators: declared } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../generators.json'), 'utf8'),
  ) as { generators: Record<string, { factory: string }> }
  expect(Object.keys(declared).sort()).toEqual([...KINDS].sort())
  for (const [kind, { factory }] of Object.entries(declared)) expect(factory).toBe(`./dist/generators.js#${kind}`)
})
