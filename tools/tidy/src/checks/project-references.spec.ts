import { expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { projectReferences } from './project-references.ts'

const core = { 'packages/core/tsconfig.lib.json': '{}' }

it('accepts a project that references what its package declares', () => {
  const kernel = '{ "references": [{ "path": "../core/tsconfig.lib.json" }] }'
  expect(projectReferences(workspaceWith({ ...core, 'packages/kernel/tsconfig.lib.json': kernel }))).toEqual([])
})

it('names the reference that a project lacks', () => {
  expect(projectReferences(workspaceWith({ ...core, 'packages/kernel/tsconfig.lib.json': '{}' }))).toEqual([
    { path: 'packages/kernel/tsconfig.lib.json', message: 'lacks the reference "../core/tsconfig.lib.json"' },
  ])
})
