import { describe, expect, it } from 'vitest'
import { log } from '../fixtures/log.fixture.ts'
import { audit } from './audit.ts'
import { createAuditor } from './auditor.ts'

const story = () =>
  log()
    .run()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .task('c', { dependsOn: ['b'] })
    .task('d', { outputs: ['x'] })
    .done('a')
    .begin('b')
    .fail('b')
    .wait(200)
    .begin('b')
    .wait(15_000)
    .lose('b')
    .wait(200)
    .begin('b')
    .begin('d')
    .fail('b')
    .succeed('d', ['x'])
    .publish('d')
    .failed()

describe('audit', () => {
  it('finds nothing wrong with a right log', () => {
    const report = audit(story().facts)
    expect(report.violations).toEqual([])
    expect(report).toMatchObject({ ok: true, ended: true })
  })

  it('reads an asynchronous log as a synchronous one', async () => {
    const { facts } = story()
    async function* stream() {
      yield* facts
    }
    expect(await audit(stream())).toEqual(audit(facts))
  })

  it('does not blame a prefix for what may still come', () => {
    const { facts } = story()
    for (let length = 0; length <= facts.length; length += 1) {
      expect(audit(facts.slice(0, length)).violations).toEqual([])
    }
  })

  it('says of an invariant with nothing to judge that it was not judged, and why', () => {
    expect(audit(story().facts).invariants.find(({ id }) => id === 'S5')).toEqual({
      id: 'S5',
      title: 'budget',
      verdict: 'not judged',
      reason: 'the log holds no budget.reserved or budget.settled',
      violations: 0,
    })
  })

  it('closes a log without a report, and says what was violated first', () => {
    const auditor = createAuditor()
    for (const fact of story().facts.slice(0, -1)) auditor.feed(fact)
    expect(auditor.close()).toBeUndefined()
    expect(auditor.close({ ended: true })).toMatchObject({ invariant: 'S9', clause: 'unended' })
  })

  it('forgets a log on reset', () => {
    const auditor = createAuditor()
    for (let round = 0; round < 2; round += 1) {
      for (const fact of story().facts) expect(auditor.feed(fact)).toBeUndefined()
      expect(auditor.end({ ended: true }).violations).toEqual([])
      auditor.reset()
    }
  })
})
