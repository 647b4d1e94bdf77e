import { expect, it } from 'vitest'
import { createAuditor } from '../audit/auditor.ts'
import { audit } from '../audit/audit.ts'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { writeAhead } from './r01-write-ahead.ts'

const one = () => log().run().task('a').assign('a')
const sent = (story: LogBuilder, effect: 'assign' | 'end', seq = story.seq) =>
  story.event({ type: 'world.sent', effect, seq, managerEpoch: 1, ...(effect === 'assign' ? { task: 'a' } : {}) })
const acknowledged = (story: LogBuilder, seq = story.seq) =>
  story.event({ type: 'world.acknowledged', seq, managerEpoch: 1 })
const recovered = (story: LogBuilder) => story.fact('manager.recovered', { managerEpoch: 2, owner: 'next' })

describeInvariant(writeAhead, {
  holds: {
    'when facts are stored before anything is sent': () =>
      sent(acknowledged(sent(one().stored(), 'assign').start('a').succeed('a').completed().stored()), 'end'),
    'when a crash loses what was not stored': () => {
      const story = acknowledged(one().stored())
      return recovered(story.start('a')).same().lose('a', 'restart').done('a').completed()
    },
  },
  breaks: {
    sent: {
      'when the assignment is sent first': () => sent(one(), 'assign').stored(),
      'when only the facts before it are stored': () => sent(log().run().task('a').stored().assign('a'), 'assign'),
    },
    acknowledged: { 'when an answer comes too early': () => acknowledged(one()).stored() },
    lost: {
      'when the journal goes on before what was acknowledged': () => {
        const story = log().run().task('a')
        const stored = story.seq + 1
        story.event({ type: 'world.durable', seq: stored, managerEpoch: 1 })
        acknowledged(story, stored)
        recovered(story)
        return story
      },
    },
  },
})

it('R1: is not judged by a journal, which tells of no sending', () => {
  const [report] = audit(one().facts, [writeAhead]).invariants
  expect(report).toMatchObject({ verdict: 'not judged', reason: 'only a simulated world shows it' })
})

it('R1: remembers what was acknowledged when a new process knows the journal alone', () => {
  const auditor = createAuditor([writeAhead])
  const { facts } = one()
  for (const fact of facts) auditor.feed(fact)
  auditor.observe({ type: 'world.durable', at: 0, seq: facts.length, managerEpoch: 1 })
  auditor.observe({ type: 'world.acknowledged', at: 0, seq: facts.length, managerEpoch: 1 })
  expect(auditor.recall(facts.slice(0, -1))).toBeUndefined()
  const taken = { seq: facts.length, at: 0, cause: 99, type: 'manager.recovered', managerEpoch: 2, owner: 'o' } as const
  expect(auditor.feed(taken)).toMatchObject({ invariant: 'R1', clause: 'lost' })
})
