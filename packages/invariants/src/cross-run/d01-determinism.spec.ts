import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { determinism } from './d01-determinism.ts'

const events = log().run().task('a').done('a').completed().facts

describeCrossRun(determinism)({
  holds: {
    'when the hashes are equal': () => [{ hash: 'x' }, { hash: 'x' }],
    'when they are equal and the events were kept': () => [
      { hash: 'x', events },
      { hash: 'x', events },
    ],
  },
  breaks: {
    hash: {
      'when no events were kept': () => [{ hash: 'x' }, { hash: 'y' }],
      'when an event is another one': () => [
        { hash: 'x', events },
        { hash: 'y', events: log().run().task('a').begin('a').fail('a').facts },
      ],
      'when the second run ends early': () => [
        { hash: 'x', events },
        { hash: 'y', events: events.slice(0, -1) },
      ],
    },
  },
})
