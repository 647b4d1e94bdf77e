import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { balance } from './q10-balance.ts'

const four = (spec = {}) =>
  ['b', 'c', 'd'].reduce(
    (story, id) => story.same().task(id, spec),
    log()
      .run({ slots: ['worker/1', 'worker/2'] })
      .task('a'),
  )
const work = (story: LogBuilder, id: string) => story.begin(id, { slot: 'worker/1' }).wait(100).succeed(id)

describeInvariant(balance, {
  holds: {
    'when both slots work': () =>
      four()
        .begin('a')
        .begin('b')
        .wait(100)
        .succeed('a')
        .succeed('b')
        .begin('c')
        .begin('d')
        .wait(100)
        .succeed('c')
        .succeed('d')
        .completed(),
    'when one slot works a task more': () =>
      work(
        log()
          .run({ slots: ['worker/1', 'worker/2'] })
          .task('a'),
        'a',
      ).completed(),
    'when tasks wait for each other': () =>
      ['b', 'c', 'd'].reduce((story, id) => work(story, id), work(four({ dependsOn: ['a'] }), 'a')).completed(),
  },
  breaks: {
    uneven: {
      'when one slot does everything': () =>
        ['a', 'b', 'c', 'd'].reduce((story, id) => work(story, id), four()).completed(),
    },
  },
})
