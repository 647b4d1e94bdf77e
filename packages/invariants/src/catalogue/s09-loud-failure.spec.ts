import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { loudFailure } from './s09-loud-failure.ts'

const fragile = () =>
  log()
    .run({ retry: { retriesMax: 0 } })
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .task('c')
const broken = () => fragile().begin('a').fail('a').done('c')
const end = { task: 'a', epoch: 1 }

describeInvariant(loudFailure, {
  holds: {
    'when a failed run names what is missing': () => broken().failed(),
    'when a person waives what is missing': () => broken().waive(['a', 'b']).completed(),
    'when the policy lets the manager waive a failure': () =>
      log()
        .run({ retry: { retriesMax: 0 }, policy: { waive: ['failed'] } })
        .task('a')
        .begin('a')
        .fail('a')
        .waive(['a'], 'manager')
        .completed(),
    'when a refused task ends the run as exhausted': () => log().run().task('a').refuse('z').done('a').exhausted(),
    'when a refused task is waived': () => log().run().task('a').refuse('z').done('a').waive(['z']).completed(),
    'when a task waits too long and fails without an attempt': () =>
      log().run().task('a').outcome('a', 'failed').failed(),
    'when the manager hears that all is settled': () =>
      log().run().task('a').done('a').hear().fact('message.delivered', { kind: 'settled', ref: 0 }).completed(),
  },
  breaks: {
    tally: {
      'when a lost task is missing from the counts': () => {
        const story = broken()
        return story.failed({ tally: { ...story.tally(), failed: 0 } })
      },
      'when a refusal is not counted': () => {
        const story = log().run().task('a').done('a').refuse('z')
        return story.exhausted({ tally: { ...story.tally(), refused: 0 } })
      },
      'when a task without outcome is counted as nothing': () => log().run().task('a').task('b').done('a').failed(),
      'when a cancelled run does not count its tasks': () => {
        const story = log().run().task('a').cancelTask('a')
        return story.cancelled({ tally: { ...story.tally(), total: 0, cancelled: 0 } })
      },
    },
    unwaived: {
      'when the run completes beside a failed task': () => broken().completed(),
      'when only the cause of a skip is waived': () => broken().waive(['a']).completed(),
    },
    waived: { 'when nobody gave the waiver': () => broken().completed({ waived: ['a', 'b'] }) },
    policy: {
      'when the manager waives a failure against the policy': () => broken().waive(['a', 'b'], 'manager').completed(),
    },
    refused: { 'when a refused task is forgotten': () => log().run().task('a').refuse('z').done('a').completed() },
    missing: {
      'when a failed run leaves out a skipped task': () => broken().failed({ missing: ['a'] }),
      'when a failed run names a task that succeeded': () => broken().failed({ missing: ['a', 'b', 'c'] }),
      'when a failed run names an id that was never a task': () => broken().failed({ missing: ['a', 'b', 'ghost'] }),
    },
    unfollowed: {
      'when a failed attempt is followed by nothing': () =>
        fragile()
          .begin('a')
          .fact('attempt.failed', { ...end, error: { code: 'WORKER_THREW', message: 'm' } })
          .done('c'),
      'when a result without outputs does not end its task at once': () =>
        fragile()
          .begin('a')
          .fact('attempt.succeeded', { ...end, result: null, outputs: [] })
          .done('c'),
    },
    follows: {
      'when an error is recorded as success': () =>
        fragile()
          .begin('a')
          .fact('attempt.failed', { ...end, error: { code: 'WORKER_THREW', message: 'm' } })
          .same()
          .outcome('a', 'succeeded'),
      'when a failed attempt makes its task lost': () =>
        fragile()
          .begin('a')
          .fact('attempt.failed', { ...end, error: { code: 'WORKER_THREW', message: 'm' } })
          .same()
          .outcome('a', 'lost'),
      'when a task is lost that was never assigned': () => fragile().outcome('a', 'lost'),
      'when a task is cancelled after its result was accepted': () =>
        fragile()
          .begin('a')
          .fact('attempt.succeeded', { ...end, result: null, outputs: [] })
          .same()
          .outcome('a', 'cancelled'),
    },
    settled: {
      'when a task is still waiting': () => fragile().done('a').fact('message.delivered', { kind: 'settled', ref: 0 }),
    },
    unended: { 'when the log stops': () => fragile().done('a') },
    swallowed: {
      'when an error that was heard counts as success': () =>
        fragile().begin('a').event({ type: 'world.delivered', report: 'error', task: 'a', epoch: 1 }).succeed('a'),
    },
  },
})
