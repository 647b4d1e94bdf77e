import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { stealEfficiency } from './q06-steal-efficiency.ts'

const use = { uses: [{ resource: 'db', mode: 'write' as const }] }
const two = (first = {}) =>
  log()
    .run({ slots: ['worker/1', 'worker/2'] })
    .task('long', first)
    .task('a')
    .begin('long', { slot: 'worker/1' })

describeInvariant(stealEfficiency, {
  holds: {
    'when an idle slot takes what a busy one has in front of it': () =>
      two().place('a', 'worker/1').steal('a', 'worker/2').start('a').succeed('a').succeed('long').completed(),
    'when what waits needs a resource that another holds': () =>
      two(use)
        .place('a', 'worker/1')
        .task('b', use)
        .steal('a', 'worker/2')
        .start('a')
        .succeed('a')
        .succeed('long')
        .done('b')
        .completed(),
    'when the owner may not work: its worker is capped': () =>
      log()
        .run({
          workers: [{ name: 'worker', slotsMax: 1 }, { name: 'other' }],
          slots: ['worker/1', 'worker/2', 'other/1'],
        })
        .task('long')
        .task('a')
        .begin('long', { slot: 'worker/1' })
        .place('a', 'worker/2')
        .steal('a', 'other/1')
        .start('a')
        .succeed('a')
        .succeed('long')
        .completed(),
  },
  breaks: {
    own: {
      'when a slot leaves its own task': () =>
        two().task('b').place('a', 'worker/1').place('b', 'worker/2').steal('a', 'worker/2'),
    },
    waiting: { 'when another task waits': () => two().place('a', 'worker/1').task('b').steal('a', 'worker/2') },
    idle: {
      'when the owner is free': () => two().place('a', 'worker/1').succeed('long').steal('a', 'worker/2'),
    },
  },
})
