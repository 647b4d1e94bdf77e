import { expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { fileNames } from './file-names.ts'

it.each([
  'docs/adr/0001-one-kernel.md',
  'README.md',
  '.oxlintrc.json',
  'packages/core/src/a-b.int.spec.ts',
  'packages/core/fixtures/Any Name.txt',
])('accepts %s', (path) => {
  expect(fileNames(workspaceWith({ [path]: '' }))).toEqual([])
})

it.each(['packages/core/src/taskQueue.ts', 'packages/core/src/TaskQueue.ts', 'docs/Big Plan.md', 'a_b.ts'])(
  'refuses %s',
  (path) => {
    expect(fileNames(workspaceWith({ [path]: '' }))).toHaveLength(1)
  },
)
