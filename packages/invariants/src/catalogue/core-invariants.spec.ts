import { describe, expect, it } from 'vitest'
import { invariantsPage } from '../docs/invariants-page.ts'
import { coreInvariants } from './core-invariants.ts'

describe('the core invariants', () => {
  it('have ids of their own', () => {
    const ids = coreInvariants.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('are listed in docs/invariants.md as they are defined', async () => {
    await expect(invariantsPage(coreInvariants)).toMatchFileSnapshot('../../../../docs/invariants.md')
  })
})
