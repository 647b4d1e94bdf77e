import { describe, expect, it } from 'vitest'
import { identityOfInputs } from '../catalogue/s14-identity-of-inputs.ts'
import { stealIntegrity } from '../catalogue/s21-steal-integrity.ts'
import { log } from '../fixtures/log.fixture.ts'
import { createAuditor } from './auditor.ts'

/** A run whose last three facts, the success of `b`, were never stored. */
const story = () => log().run().task('a').done('a').task('b').begin('b').beat('b').succeed('b')

describe('an auditor that recalls a journal', () => {
  it('S19: takes the facts that follow the stored ones, as if what was not stored had never been', () => {
    const auditor = createAuditor()
    const { facts } = story()
    for (const fact of facts) expect(auditor.feed(fact)).toBeUndefined()
    const journal = facts.filter(({ seq }) => seq > 0).slice(0, -2)
    expect(auditor.recall(journal)).toBeUndefined()
    expect(auditor.ledger.seq).toBe(journal.length)
    expect(auditor.ledger.task('b')?.status).toBe('assigned')
    for (const fact of facts.slice(-2)) expect(auditor.feed(fact)).toBeUndefined()
    expect(auditor.end().violations).toEqual([])
  })

  it('S14: forgets a result that was accepted and never stored', () => {
    const auditor = createAuditor([identityOfInputs])
    const { facts } = story()
    for (const fact of facts) auditor.feed(fact)
    auditor.recall(facts.slice(0, -2))
    const [accepted] = facts.slice(-2)
    expect(auditor.feed({ ...accepted, result: 'another' } as (typeof facts)[number])).toBeUndefined()
  })

  it('judges what only the journal holds', () => {
    const auditor = createAuditor([identityOfInputs, stealIntegrity])
    const placed = log().run().task('a').place('a', 'worker/1')
    auditor.recall(placed.facts)
    expect(auditor.end().invariants.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['S14', 'held'],
      ['S21', 'held'],
    ])
  })

  it('finds in the journal what a new process would find there', () => {
    const auditor = createAuditor()
    const { facts } = log().run().task('a').begin('a').assign('a')
    expect(auditor.recall(facts)).toMatchObject({ invariant: 'S2' })
  })
})
