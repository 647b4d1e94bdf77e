import { expect, it } from 'vitest'
import { qualityInvariants, unclaimedInvariants } from './quality-invariants.ts'

const ids = (invariants: ReturnType<typeof qualityInvariants>) => invariants.map(({ id }) => id)

it.each([
  ['work-conserving', ['Q1', 'Q5', 'Q6']],
  ['fifo-per-key', ['Q2']],
  ['priority', ['Q3']],
  ['fair', ['Q4']],
] as const)('a strategy that claims %s is held to %s', (guarantee, claimed) => {
  expect(ids(qualityInvariants([guarantee]))).toEqual(claimed)
})

it('a strategy that claims nothing is held to nothing, and every invariant is left to measure', () => {
  expect(qualityInvariants([])).toEqual([])
  expect(ids(unclaimedInvariants([]))).toEqual(['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8', 'Q9', 'Q10'])
})

it('what is claimed and what is not are all there is', () => {
  const claims = ['priority', 'fair'] as const
  const both = [...ids(qualityInvariants(claims)), ...ids(unclaimedInvariants(claims))]
  expect(both.toSorted()).toEqual(ids(unclaimedInvariants([])).toSorted())
})
