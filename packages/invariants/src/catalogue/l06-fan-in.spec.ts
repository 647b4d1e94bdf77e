import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { fanIn } from './l06-fan-in.ts'

const joined = () =>
  log()
    .event({ type: 'world.calm' })
    .run()
    .task('a')
    .task('b')
    .task('both', { dependsOn: ['a', 'b'] })
    .done('a')
    .done('b')

describeInvariant(fanIn, {
  holds: {
    'when the dependant follows at once': () => joined().done('both').completed(),
    'when it is held back while another works': () =>
      log()
        .event({ type: 'world.calm' })
        .run()
        .task('a')
        .task('b', { dependsOn: ['a'] })
        .task('c')
        .begin('c')
        .done('a')
        .wait(100_000)
        .beat('c')
        .succeed('c')
        .done('b')
        .completed(),
    'when no slot is there': () =>
      joined()
        .leave('worker/1')
        .leave('worker/2')
        .leave('worker/3')
        .wait(100_000)
        .join('worker/1')
        .done('both')
        .completed(),
  },
  breaks: {
    late: { 'when the last dependency wakes nobody': () => joined().wait(100_000).done('both') },
    left: { 'when it is never assigned': () => joined().event({ type: 'world.stuck', why: 'silent' }) },
  },
})
