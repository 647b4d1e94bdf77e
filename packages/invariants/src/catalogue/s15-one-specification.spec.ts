import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { oneSpecification } from './s15-one-specification.ts'

const one = () => log().run().task('a')
const amended = { task: { id: 'a', type: 'work', body: 2 } }

describeInvariant(oneSpecification, {
  holds: {
    'when a waiting task is amended': () => one().fact('task.amended', amended).done('a').completed(),
  },
  breaks: {
    again: { 'when a second task takes the id': () => one().task('a', { body: 1 }) },
    amended: {
      'when an attempt is at work': () => one().begin('a').fact('task.amended', amended),
      'when the result is being published': () => one().begin('a').succeed('a', ['x']).fact('task.amended', amended),
    },
  },
})
