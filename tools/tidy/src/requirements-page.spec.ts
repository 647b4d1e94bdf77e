import { describe, expect, it } from 'vitest'
import { workspaceWith } from './repository.fixture.ts'
import { requirementsAreShown, requirementsPage, requirementsPagePath } from './requirements-page.ts'
import { requirements } from './requirements.ts'

const SPEC = 'packages/core/src/all.spec.ts'
const ids = requirements.flatMap(({ items }) => items.map(({ id }) => id))
const all = (without?: string) => ids.map((id) => (id === without ? '' : `it('${id}: holds', () => {})`)).join('\n')
const named = (letter: string, last: number) =>
  Array.from({ length: last }, (_, index) => `${letter}-${`${index + 1}`.padStart(2, '0')}`)
const page = requirementsPage(workspaceWith({ [SPEC]: all() }))

it('knows every id of the founding documents', () => {
  expect(ids).toEqual([...named('M', 64), ...named('T', 35), ...named('X', 8)])
})

describe('the page of requirements', () => {
  it('is accepted while every id has a test, also one that is not on it yet', () => {
    const more = { 'packages/core/src/more.spec.ts': `it('M-01, T-02: holds', () => {})` }
    expect(requirementsAreShown(workspaceWith({ [SPEC]: all(), ...more, [requirementsPagePath]: page }))).toEqual([])
  })

  it('is refused when an id has lost its last test', () => {
    const files = { [SPEC]: all('M-24'), [requirementsPagePath]: page }
    expect(requirementsAreShown(workspaceWith(files))).toMatchObject([{ message: 'no test has M-24 in its title' }])
  })

  it('is refused when a test that it names is gone', () => {
    const files = { 'packages/core/src/moved.spec.ts': all(), [requirementsPagePath]: page }
    expect(requirementsAreShown(workspaceWith(files))).toHaveLength(ids.length)
  })

  it('is refused when it lacks an id, or is missing', () => {
    const cut = page.replace(/^\| X-08 .*$/m, '')
    expect(requirementsAreShown(workspaceWith({ [SPEC]: all(), [requirementsPagePath]: cut }))).toHaveLength(1)
    expect(requirementsAreShown(workspaceWith({ [SPEC]: all() }))).toHaveLength(1)
  })
})
