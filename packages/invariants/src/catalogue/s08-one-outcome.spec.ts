import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { oneOutcome } from './s08-one-outcome.ts'

const one = () => log().run().task('a')

describeInvariant(oneOutcome, {
  holds: {
    'when late reports and leaving slots follow the end': () =>
      one()
        .done('a')
        .completed()
        .leave('worker/1')
        .fact('result.quarantined', {
          task: 'a',
          epoch: 1,
          kind: 'result',
          value: null,
          error: { code: 'ATTEMPT_DEAD', message: 'late' },
        }),
    'when a run is reopened and a successor stands in for the failed task': () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('a')
        .begin('a')
        .fail('a')
        .failed()
        .fact('run.reopened', { by: 'ada', reason: 'again' })
        .task('a~2')
        .done('a~2')
        .completed({
          tally: { total: 1, succeeded: 1, failed: 0, lost: 0, cancelled: 0, skipped: 0, unresolved: 0, refused: 0 },
        }),
  },
  breaks: {
    again: {
      'when a late result turns a cancelled task into a success': () =>
        one().begin('a').cancelTask('a').outcome('a', 'succeeded'),
      'when a task fails twice': () => one().outcome('a', 'failed').outcome('a', 'failed'),
    },
    after: {
      'when a succeeded task is assigned': () => one().done('a').assign('a'),
      'when a cancelled task is tried again': () => one().begin('a').cancelTask('a').nextInput().retry('a', true),
      'when a skipped task is placed': () =>
        one()
          .task('b', { dependsOn: ['a'] })
          .outcome('a', 'failed')
          .place('b', 'worker/1'),
      'when a succeeded task is amended': () =>
        one()
          .done('a')
          .fact('task.amended', { task: { id: 'a', type: 'work', body: 1 } }),
    },
    held: { 'when a task is cancelled under a live attempt': () => one().begin('a').outcome('a', 'cancelled') },
    unresolved: { 'when the run ends beside a waiting task': () => one().task('b').done('a').failed() },
    ended: {
      'when a task is assigned after the end': () => one().done('a').completed().task('b'),
      'when the run ends twice': () => one().done('a').completed().completed(),
    },
    reopened: {
      'when a running run is reopened': () => one().fact('run.reopened', { by: 'ada', reason: 'again' }),
    },
  },
})
