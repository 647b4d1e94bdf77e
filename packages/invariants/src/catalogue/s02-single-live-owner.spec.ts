import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { singleLiveOwner } from './s02-single-live-owner.ts'

const one = () => log().run().task('a')
const end = { task: 'a', epoch: 1 }

describeInvariant(singleLiveOwner, {
  holds: {
    'when a lost attempt is followed by another': () =>
      one().begin('a').lose('a', 'host').wait(200).done('a').completed(),
    'when an attempt is revoked before its start': () => one().assign('a').drain('a').done('a').completed(),
  },
  breaks: {
    'one-owner': { 'when a task is assigned twice': () => one().begin('a').assign('a') },
    'no-lease': {
      'when an attempt starts that was never assigned': () => one().fact('attempt.started', { ...end, host: 'h' }),
      'when a result is accepted twice': () => one().done('a').succeed('a'),
      'when a revoked attempt is lost': () => one().begin('a').drain('a').lose('a', 'host'),
      'when an attempt ends twice': () =>
        one()
          .begin('a')
          .fail('a')
          .fact('attempt.revoked', { ...end, reason: 'r' }),
    },
    'started-once': { 'when an attempt starts twice': () => one().begin('a').start('a') },
  },
})
