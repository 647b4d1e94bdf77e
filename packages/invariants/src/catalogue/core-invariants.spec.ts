import { describe, expect, it } from 'vitest'
import { coreInvariants } from './core-invariants.ts'

describe('the core invariants', () => {
  it('have ids of their own', () => {
    const ids = coreInvariants.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
