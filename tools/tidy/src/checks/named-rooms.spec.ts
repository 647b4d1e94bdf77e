import { describe, expect, it } from 'vitest'
import { workspaceWith } from '../repository.fixture.ts'
import { namedRooms } from './named-rooms.ts'

const TWO_ROOMS = { 'packages/kernel/src/state/evolve.ts': '', 'packages/kernel/src/graph/find-cycle.ts': '' }
const PATH = 'packages/kernel/README.md'

describe('namedRooms', () => {
  it('accepts a page that names every folder, and no page where there are no two', () => {
    const page = '| `state` | facts |\n| `graph`  | patches |\n'
    expect(namedRooms(workspaceWith({ ...TWO_ROOMS, [PATH]: page }))).toEqual([])
    expect(namedRooms(workspaceWith({ 'packages/kernel/src/state/evolve.ts': '' }))).toEqual([])
  })

  it('refuses a folder without a row, and a row without a folder', () => {
    expect(namedRooms(workspaceWith(TWO_ROOMS))).toHaveLength(2)
    expect(namedRooms(workspaceWith({ ...TWO_ROOMS, [PATH]: '| `state` | facts |\n| `clock` | time |\n' }))).toEqual([
      { path: PATH, message: 'no row says what lives in src/graph' },
      { path: PATH, message: 'there is no folder src/clock' },
    ])
  })
})
