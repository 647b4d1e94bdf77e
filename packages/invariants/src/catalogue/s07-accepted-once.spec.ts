import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { acceptedOnce } from './s07-accepted-once.ts'

const one = () => log().run().task('a')
const dead = { code: 'ATTEMPT_DEAD', message: 'late' } as const

describeInvariant(acceptedOnce, {
  holds: {
    'when a duplicate of the result is quarantined': () =>
      one()
        .done('a')
        .fact('result.quarantined', { task: 'a', epoch: 1, kind: 'result', value: null, error: dead })
        .completed(),
    'when publishing fails after the result was accepted': () =>
      one().begin('a').succeed('a', ['x']).outcome('a', 'failed').failed(),
  },
  breaks: {
    once: {
      'when the same result is accepted twice': () => one().begin('a').succeed('a', ['x']).succeed('a', ['x']),
      'when a result is adopted beside an accepted one': () =>
        one().begin('a').succeed('a', ['x']).fact('result.adopted', { task: 'a', epoch: 1, quarantined: 3, by: 'ada' }),
    },
    lost: {
      'when the result of the live attempt is put aside': () =>
        one().begin('a').fact('result.quarantined', { task: 'a', epoch: 1, kind: 'result', value: null, error: dead }),
    },
    success: {
      'when a task succeeds without a result': () => one().begin('a').outcome('a', 'succeeded'),
      'when a task succeeds by another attempt': () =>
        one().begin('a').succeed('a', ['x']).fact('task.succeeded', { task: 'a', epoch: 2 }),
    },
    published: {
      'when outputs are published twice': () => one().begin('a').succeed('a', ['x']).publish('a').publish('a'),
      'when outputs of an unaccepted attempt are published': () => one().begin('a').publish('a'),
    },
    repeated: {
      'when an accepted task is tried again': () => one().begin('a').succeed('a', ['x']).nextInput().retry('a', true),
      'when an accepted task is assigned again': () => one().begin('a').succeed('a', ['x']).assign('a'),
    },
  },
})
