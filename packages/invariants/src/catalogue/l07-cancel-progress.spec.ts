import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { cancelProgress } from './l07-cancel-progress.ts'

/** Something that lets time be seen to go on. */
const SENT = { type: 'world.sent', effect: 'end', seq: 1, managerEpoch: 1 } as const
const of = { slot: 'worker/1', task: 'a', epoch: 1 } as const
const calm = () => log().event({ type: 'world.calm' }).run().task('a')
const works = (story: LogBuilder) => story.begin('a').event({ type: 'world.working', ...of })
const rests = (story: LogBuilder) => story.event({ type: 'world.rested', ...of, how: 'stopped' })
const spends = (story: LogBuilder) =>
  story.event({ type: 'world.spent', task: 'a', epoch: 1, tokens: 5, costMicros: 0 })

describeInvariant(cancelProgress, {
  holds: {
    'when the attempt stops at once': () =>
      rests(works(calm()).cancelTask('a').wait(5)).failed().wait(100_000).stored().event(SENT),
    'when it spends a little while it stops': () =>
      rests(spends(works(calm()).cancelTask('a').stored().event(SENT).wait(2000)))
        .failed()
        .wait(100_000)
        .stored()
        .event(SENT),
    'when a fault keeps the order to stop from its host': () =>
      works(log().run().task('a'))
        .event({ type: 'world.fault', kind: 'stop-lost', on: 'a' })
        .event({ type: 'world.calm' })
        .cancelTask('a')
        .stored()
        .event(SENT)
        .wait(100_000)
        .stored()
        .event(SENT)
        .failed(),
  },
  breaks: {
    works: {
      'when nobody stops the attempt': () =>
        works(calm()).cancelTask('a').stored().event(SENT).wait(100_000).stored().event(SENT),
      'when the attempt works to its end': () =>
        works(calm())
          .cancelTask('a')
          .stored()
          .event(SENT)
          .wait(100_000)
          .event({ type: 'world.rested', ...of, how: 'finished' }),
      'when the world comes to rest and it still works': () =>
        works(calm()).cancelTask('a').stored().event(SENT).event({ type: 'world.stuck', why: 'silent' }),
    },
    spends: {
      'when it goes on spending': () => spends(works(calm()).cancelTask('a').stored().event(SENT).wait(100_000)),
    },
  },
})
