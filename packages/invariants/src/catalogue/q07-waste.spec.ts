import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { waste } from './q07-waste.ts'

const work = (id: string, before: number, after: number) =>
  log().run().task(id).begin(id).wait(before).fail(id).wait(200).begin(id).wait(after).succeed(id).completed()

describeInvariant(waste, {
  holds: {
    'when nothing fails': () => log().run().task('a').begin('a').wait(100).succeed('a').completed(),
    'when an attempt fails early': () => work('a', 10, 100),
  },
  breaks: {
    wasted: {
      'when more time is lost than used': () => work('a', 500, 100),
      'when everything is cancelled': () => log().run().task('a').begin('a').wait(100).cancelTask('a').failed(),
    },
  },
})
