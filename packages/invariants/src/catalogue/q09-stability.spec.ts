import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { stability } from './q09-stability.ts'

const calm = (story: LogBuilder) => story.event({ type: 'world.calm' })
const silent = (story: LogBuilder) => story.begin('a').wait(LEASE_MS).lose('a').wait(200).done('a').completed()

describeInvariant(stability, {
  holds: {
    'when the faults are not over': () => calm(silent(log().run().task('a'))),
    'when an attempt of before is lost': () =>
      calm(log().run().task('a').begin('a')).wait(LEASE_MS).lose('a').wait(200).done('a').completed(),
    'when an attempt takes too long': () =>
      calm(
        log()
          .run()
          .task('a', { limits: { timeoutMs: 500 } }),
      )
        .begin('a')
        .wait(500)
        .lose('a', 'timeout')
        .wait(200)
        .done('a')
        .completed(),
  },
  breaks: { relapse: { 'when an attempt falls silent all the same': () => silent(calm(log().run().task('a'))) } },
})
