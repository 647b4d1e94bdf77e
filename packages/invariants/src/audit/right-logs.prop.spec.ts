import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rightLogs } from '../fixtures/random-log.fixture.ts'
import { audit } from './audit.ts'

describe('audit of right logs', () => {
  it('raises no alarm, whatever happened in the run', () => {
    fc.assert(
      fc.property(rightLogs(), ({ facts }) => {
        expect(audit(facts, undefined, { ended: true }).violations).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('raises no alarm over the journal, which lacks the volatile facts', () => {
    fc.assert(
      fc.property(rightLogs(), ({ facts }) => {
        const journal = facts.filter(({ seq }) => seq > 0)
        expect(audit(journal, undefined, { ended: true }).violations).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('raises no alarm over any prefix', () => {
    fc.assert(
      fc.property(rightLogs(), fc.nat({ max: 200 }), ({ facts }, length) => {
        expect(audit(facts.slice(0, length)).violations).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
