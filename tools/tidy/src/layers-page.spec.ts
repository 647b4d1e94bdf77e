import { expect, it } from 'vitest'
import { layersPage, layersPageIsCurrent, layersPagePath } from './layers-page.ts'
import { workspaceWith } from './repository.fixture.ts'

it('accepts the page that the table draws', () => {
  expect(layersPageIsCurrent(workspaceWith({ [layersPagePath]: layersPage() }))).toEqual([])
})

it('refuses a page that was edited by hand, or is missing', () => {
  expect(layersPageIsCurrent(workspaceWith({ [layersPagePath]: `${layersPage()}more\n` }))).toHaveLength(1)
  expect(layersPageIsCurrent(workspaceWith({}))).toHaveLength(1)
})
