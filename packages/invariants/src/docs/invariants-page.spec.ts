import { describe, expect, it } from 'vitest'
import { coreInvariants } from '../catalogue/core-invariants.ts'
import { coreGoals, GOALS_LEFT_OUT } from '../goals/core-goals.ts'
import { invariantGroups } from './invariant-groups.ts'
import { invariantsPage } from './invariants-page.ts'

const entries = invariantGroups.flatMap(({ invariants }) => invariants)

describe('docs/invariants.md', () => {
  it('lists invariants and goals as they are defined', async () => {
    const page = invariantsPage(invariantGroups, { goals: coreGoals, leftOut: GOALS_LEFT_OUT })
    await expect(page).toMatchFileSnapshot('../../../../docs/invariants.md')
  })

  it('lists every core invariant, and each id once', () => {
    const ids = entries.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(coreInvariants.map(({ id }) => id)))
  })
})
