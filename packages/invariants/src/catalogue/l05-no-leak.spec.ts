import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { noLeak } from './l05-no-leak.ts'

const calm = () =>
  log()
    .event({ type: 'world.calm' })
    .run({ retry: { retriesMax: 0 } })
    .task('a')
const dies = (story: LogBuilder) =>
  story.event({ type: 'world.rested', slot: 'worker/1', task: 'a', epoch: 1, how: 'died' })

describeInvariant(noLeak, {
  holds: {
    'when a report ends the attempt': () => dies(calm().begin('a')).wait(3).succeed('a').completed(),
    'when the report is lost and the lease runs out': () =>
      dies(calm().begin('a').wait(1000).beat('a')).wait(LEASE_MS).lose('a').failed(),
    'when the report is heard': () =>
      calm()
        .begin('a')
        .event({ type: 'world.delivered', report: 'result', task: 'a', epoch: 1 })
        .succeed('a')
        .completed(),
    'when no manager is there to hear': () =>
      calm()
        .begin('a')
        .event({ type: 'world.died', actor: 'manager' })
        .event({ type: 'world.delivered', report: 'error', task: 'a', epoch: 1 })
        .wait(500)
        .event({ type: 'world.rose', actor: 'manager', managerEpoch: 2 })
        .fact('manager.recovered', { managerEpoch: 2, owner: 'b' })
        .same()
        .lose('a', 'restart')
        .done('a')
        .completed(),
    'when a slot that works is drained': () =>
      calm()
        .begin('a')
        .leave('worker/1')
        .same()
        .lose('a', 'drain')
        .begin('a', { slot: 'worker/2' })
        .succeed('a')
        .completed(),
    'when the faults delayed it': () =>
      dies(log().run().task('a').begin('a'))
        .wait(100_000)
        .event({ type: 'world.calm' })
        .wait(LEASE_MS)
        .succeed('a')
        .completed(),
    'when a late attempt dies that has no lease any more': () =>
      dies(calm().begin('a').wait(LEASE_MS).lose('a').failed()),
  },
  breaks: {
    slot: { 'when the slot of a dead attempt is kept': () => dies(calm().begin('a')).wait(100_000).cancelTask('a') },
    unheard: {
      'when the error of an attempt is dropped where it arrives': () =>
        calm()
          .begin('a')
          .event({ type: 'world.delivered', report: 'error', task: 'a', epoch: 1 })
          .event({ type: 'world.delivered', report: 'beat', task: 'a', epoch: 1 }),
    },
    absent: {
      'when a slot leaves with its attempt': () =>
        calm().begin('a').leave('worker/1').event({ type: 'world.delivered', report: 'beat', task: 'a', epoch: 1 }),
    },
    budget: {
      'when a reservation outlives its attempt': () =>
        calm()
          .assign('a', { slice: { tokens: 10, costMicros: 0 } })
          .same()
          .fact('budget.reserved', { task: 'a', epoch: 1, tokens: 10, costMicros: 0 })
          .start('a')
          .succeed('a')
          .task('b')
          .assign('b'),
    },
  },
})
