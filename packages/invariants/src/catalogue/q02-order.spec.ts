import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { order } from './q02-order.ts'

const key = { key: 'k' }
const two = () =>
  log()
    .run({ slots: ['worker/1'] })
    .task('a', key)
    .task('b', key)

describeInvariant(order, {
  holds: {
    'when the first goes first': () => two().done('a').done('b').completed(),
    'when keys differ': () => log().run().task('a', key).task('b', { key: 'other' }).done('b').done('a').completed(),
    'when tasks have no key': () => log().run().task('a').task('b').done('b').done('a').completed(),
    'when one fact made both ready': () =>
      log()
        .run()
        .task('x')
        .task('a', { key: 'k', dependsOn: ['x'] })
        .task('b', { key: 'k', dependsOn: ['x'] })
        .done('x')
        .done('b')
        .done('a')
        .completed(),
    'when the first waits for its backoff': () => two().begin('a').fail('a').done('b').wait(200).done('a').completed(),
    'when the first lacks a resource': () =>
      log()
        .run()
        .task('x', { excludes: ['gpu'] })
        .task('a', { key: 'k', excludes: ['gpu'] })
        .task('b', key)
        .begin('x')
        .done('b')
        .succeed('x')
        .done('a')
        .completed(),
  },
  breaks: {
    overtaken: {
      'when the second goes first': () => two().done('b'),
      'when a retry goes before those that were there': () => two().begin('a').fail('a').wait(200).done('a'),
    },
  },
})
