import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { conservation } from './s06-conservation.ts'

const two = () => log().run().task('a').task('b')

describeInvariant(conservation, {
  holds: {
    'when a slot is used again after each end of an attempt': () =>
      log()
        .run({ slots: ['worker/1'] })
        .task('a')
        .task('b')
        .begin('a')
        .lose('a', 'host')
        .done('b')
        .wait(200)
        .done('a')
        .completed(),
    'when a slot leaves and joins again': () =>
      two().leave('worker/1').done('a').join('worker/1').done('b').completed(),
    'when a manager that took over counts its slots anew': () =>
      two()
        .fact('manager.recovered', { managerEpoch: 2, owner: 'p2' })
        .join('worker/1')
        .done('a')
        .done('b')
        .completed(),
  },
  breaks: {
    busy: { 'when a slot gets a second attempt': () => two().begin('a').begin('b', { slot: 'worker/1' }) },
    absent: {
      'when the slot never joined': () => two().begin('a', { slot: 'worker/9' }),
      'when the slot has left': () => two().leave('worker/1').begin('a', { slot: 'worker/1' }),
    },
    worker: {
      'when the slot belongs to another worker': () =>
        log()
          .run({ workers: [{ name: 'worker' }, { name: 'other' }] })
          .task('a')
          .begin('a', { worker: 'other' }),
    },
    joined: { 'when a slot joins twice': () => two().join('worker/1') },
    left: {
      'when a slot leaves twice': () => two().leave('worker/1').leave('worker/1'),
      'when a slot leaves that never joined': () => two().leave('worker/9'),
    },
    held: { 'when the run ends beside a live attempt': () => two().begin('a').failed() },
  },
})
