import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { noStarvation } from './l03-no-starvation.ts'

const NAMES = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm']
const one = () => log().run({ slots: ['worker/1'] })

/** Tasks that come in one after the other, each done before the next comes. */
function stream(story: LogBuilder, priority = 0): LogBuilder {
  for (const id of NAMES) story.task(id, { priority }).done(id)
  return story
}

describeInvariant(noStarvation, {
  holds: {
    'when tasks are done in the order in which they came': () => stream(one().task('a').done('a')).completed(),
    'when more urgent ones come in': () => stream(one().task('a'), 1).done('a').completed(),
    'when the waiting task lacks something else than a slot': () =>
      stream(
        log()
          .run()
          .task('z', { excludes: ['gpu'] })
          .task('a', { excludes: ['gpu'] })
          .begin('z'),
      )
        .succeed('z')
        .done('a')
        .completed(),
    'when those that overtake were known before': () => {
      const story = one().task('a')
      for (const id of NAMES) story.same().task(id)
      return NAMES.reduce((told, id) => told.done(id), story)
        .done('a')
        .completed()
    },
    'when the waiting task is of another type': () =>
      stream(
        log()
          .run({
            workers: [{ name: 'worker' }, { name: 'digger', handles: 'dig' }],
            slots: ['worker/1', 'digger/1'],
          })
          .task('z', { type: 'dig' })
          .task('a', { type: 'dig' })
          .begin('z', { slot: 'digger/1', worker: 'digger' }),
      )
        .succeed('z')
        .begin('a', { slot: 'digger/1', worker: 'digger' })
        .succeed('a')
        .completed(),
  },
  breaks: {
    starved: {
      'when the newest always goes first': () => stream(one().task('a')),
      'when less urgent ones go first': () => stream(one().task('a', { priority: 5 }), -1),
    },
  },
})
