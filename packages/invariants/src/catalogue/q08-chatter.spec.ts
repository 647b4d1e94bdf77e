import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { chatter } from './q08-chatter.ts'

describeInvariant(chatter, {
  holds: {
    'when the manager hears of every outcome': () => log().run().task('a').done('a').hear().completed(),
    'when a worker emits a lot': () => {
      const story = log().run().task('a').begin('a')
      for (let part = 0; part < 100; part += 1) story.fact('attempt.emitted', { task: 'a', epoch: 1, value: part })
      return story.hear().succeed('a').completed()
    },
  },
  breaks: {
    chatty: {
      'when the manager is woken without end': () => {
        const story = log().run().task('a').done('a')
        for (let time = 0; time < 100; time += 1) {
          story
            .fact('wake.set', { wake: 'w', wakeAt: story.now + 1 })
            .wait(1)
            .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
        }
        return story.completed()
      },
    },
  },
})
