import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { tornTail } from './r05-torn-tail.ts'

const story = () => log().run().task('a').done('a')

function cut(built: LogBuilder, start: number, count: number): LogBuilder {
  built.facts.splice(start, count)
  return built
}

describeInvariant(tornTail, {
  holds: {
    'when the tail is torn off': () => cut(story(), 7, 99),
    'when nothing is left': () => cut(story(), 0, 99),
  },
  breaks: {
    hole: {
      'when a fact in the middle is missing': () => cut(story(), 4, 1),
      'when several are missing': () => cut(story(), 4, 3),
      'when the first is missing': () => cut(story(), 0, 1),
    },
    repeated: {
      'when a record stands twice': () => {
        const built = story()
        const record = built.facts[4]
        if (record !== undefined) built.facts.splice(5, 0, record)
        return built
      },
    },
  },
})
