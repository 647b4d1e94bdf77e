import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log } from '../fixtures/log.fixture.ts'
import { boundedRecovery } from './l04-bounded-recovery.ts'

const calm = () =>
  log()
    .event({ type: 'world.calm' })
    .run({ retry: { retriesMax: 0 } })
    .task('a')

describeInvariant(boundedRecovery, {
  holds: {
    'when a silent attempt loses its lease at the deadline': () => calm().begin('a').wait(LEASE_MS).lose('a').failed(),
    'when beats keep a lease for long': () =>
      calm()
        .begin('a')
        .wait(LEASE_MS - 1)
        .beat('a')
        .wait(LEASE_MS - 1)
        .beat('a')
        .wait(LEASE_MS - 1)
        .succeed('a')
        .completed(),
    'when the limit of the run is raised while an attempt beats': () => {
      const story = log()
        .event({ type: 'world.calm' })
        .run({ limits: { timeoutMs: 20_000 } })
        .task('a')
        .begin('a')
      story.wait(10_000).beat('a').limits({ timeoutMs: 90_000 })
      for (let beat = 0; beat < 35; beat += 1) story.wait(2_000).beat('a')
      return story.succeed('a').completed()
    },
    'when beats of the live attempt arrive': () =>
      calm()
        .begin('a')
        .event({ type: 'world.delivered', report: 'beat', task: 'a', epoch: 1 })
        .beat('a')
        .succeed('a')
        .completed(),
    'when the manager was away for long': () =>
      calm().begin('a').wait(60_000).fact('manager.stalled', { gapMs: 60_000 }).succeed('a').completed(),
    'when the faults kept the lease': () =>
      log().run().task('a').begin('a').wait(100_000).event({ type: 'world.calm' }).wait(1000).succeed('a').completed(),
  },
  breaks: {
    late: {
      'when the lease runs out only long after': () => calm().begin('a').wait(60_000).lose('a'),
      'when the result of a silent attempt is taken after its lease': () => calm().begin('a').wait(60_000).succeed('a'),
      'when nobody looks until the run is cancelled': () => calm().begin('a').wait(60_000).cancelTask('a'),
    },
    overtime: {
      'when nobody ends an attempt that hangs and beats': () => {
        const story = log()
          .event({ type: 'world.calm' })
          .run()
          .task('a', { limits: { timeoutMs: 30_000 } })
          .begin('a')
        for (let beat = 0; beat < 30; beat += 1) story.wait(2_000).beat('a')
        return story
      },
    },
    credited: {
      'when the beat of an older attempt keeps the live one': () =>
        log()
          .run()
          .task('a')
          .begin('a')
          .lose('a', 'host')
          .wait(200)
          .begin('a')
          .event({ type: 'world.delivered', report: 'beat', task: 'a', epoch: 1 })
          .beat('a'),
    },
    kept: {
      'when the lease of a dead attempt never ends': () =>
        calm().begin('a').event({ type: 'world.stuck', why: 'silent' }),
    },
  },
})
