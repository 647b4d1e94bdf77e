import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { attempts } from './s12-attempts.ts'

const one = (retriesMax = 2) => log().run({ retry: { retriesMax } }).task('a')
const threw = (retriesMax = 2) =>
  one(retriesMax)
    .begin('a')
    .fact('attempt.failed', { task: 'a', epoch: 1, error: { code: 'WORKER_THREW', message: 'm' } })
const lost = (clock: 'restart' | 'host') =>
  one()
    .begin('a')
    .fact('attempt.lost', {
      task: 'a',
      epoch: 1,
      error: { code: 'HOST_DIED', message: 'm' },
      started: true,
      evidence: { lastBeat: 0, deadline: 0, clock },
    })

const refused = () =>
  one(0)
    .begin('a')
    .fact('attempt.failed', { task: 'a', epoch: 1, error: { code: 'MODEL_QUOTA_SPENT', message: '429' } })

const deferred = () =>
  log()
    .run()
    .fact('plan.deferred', { plan: 'p', error: { code: 'MODEL_QUOTA_SPENT', message: '429' } })
    .same()

describeInvariant(attempts, {
  holds: {
    'when a spent quota costs no retry and pauses the run': () => {
      const story = refused().retry('a', false).same()
      story.slots.set('worker/1', { worker: 'worker', busy: false })
      return story
        .fact('run.paused', { by: 'model provider', reason: '429' })
        .fact('run.resumed', { by: 'ada' })
        .done('a')
        .completed()
    },
    'when a planner is asked again once there is quota': () =>
      deferred()
        .fact('run.paused', { by: 'model provider', reason: '429' })
        .nextInput()
        .fact('run.resumed', { by: 'ada' })
        .same()
        .fact('plan.requested', { plan: 'p', goal: null }),
    'when the retries are used up': () =>
      one().begin('a').fail('a').wait(200).begin('a').lose('a', 'host').wait(200).begin('a').fail('a').failed(),
    'when restarts and drains do not count': () => {
      const story = one(0)
      for (let round = 0; round < 5; round += 1) story.begin('a').lose('a', 'restart').assign('a').drain('a')
      return story.done('a').completed()
    },
    'when a task has retries of its own': () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('a', { limits: { retriesMax: 1 } })
        .begin('a')
        .fail('a')
        .wait(200)
        .done('a')
        .completed(),
    'when a task of a once worker is lost before its start': () =>
      log()
        .run({ workers: [{ name: 'worker', effects: 'once' }] })
        .task('a')
        .assign('a')
        .lose('a', 'host')
        .wait(200)
        .done('a')
        .completed(),
  },
  breaks: {
    asked: {
      'when a planner is forgotten': () =>
        deferred()
          .fact('run.paused', { by: 'model provider', reason: '429' })
          .nextInput()
          .fact('run.resumed', { by: 'ada' })
          .nextInput()
          .task('a'),
    },
    counted: {
      'when a failed attempt does not count': () => threw().retry('a', false),
      'when a restart counts': () => lost('restart').retry('a', true),
      'when a dead host does not count': () => lost('host').retry('a', false),
      'when a spent quota counts': () => refused().retry('a', true),
      'when a revocation counts': () =>
        one().begin('a').fact('attempt.revoked', { task: 'a', epoch: 1, reason: 'drain' }).retry('a', true),
    },
    quota: {
      'when the run goes on': () => refused().retry('a', false).nextInput().decide(),
      'when a task that may not be tried again fails of it': () => refused().same().outcome('a', 'failed').failed(),
    },
    number: {
      'when a retry is skipped': () => threw().retry('a', true, { retry: 2 }),
      'when the count starts again': () =>
        one()
          .begin('a')
          .fail('a')
          .wait(200)
          .begin('a')
          .fact('attempt.failed', {
            task: 'a',
            epoch: 2,
            error: { code: 'WORKER_THREW', message: 'm' },
          })
          .retry('a', true, { retry: 1 }),
    },
    most: { 'when there are no retries left': () => threw(0).retry('a', true) },
    epochs: {
      'when restarts never end': () => {
        const story = one(0)
        for (let round = 0; round < 11; round += 1) story.begin('a').lose('a', 'restart')
        return story.begin('a')
      },
    },
    unended: {
      'when the attempt is still at work': () => one().begin('a').nextInput().retry('a', true),
      'when one end brings two retries': () => threw().retry('a', true).retry('a', true),
    },
    hopeless: {
      'when the error cannot be helped': () =>
        threw().retry('a', true, { reason: { code: 'TOOL_DENIED', message: 'm' } }),
    },
    backoff: { 'when the next attempt comes early': () => one().begin('a').fail('a').wait(199).begin('a') },
    negative: { 'when the promised time has passed': () => threw().retry('a', true, { notBefore: -1 }) },
    once: {
      'when a once worker was lost at work': () =>
        log()
          .run({ workers: [{ name: 'worker', effects: 'once' }] })
          .task('a')
          .begin('a')
          .lose('a', 'host'),
    },
    assigned: {
      'when an assignment forgets a retry': () => one().begin('a').fail('a').wait(200).assign('a', { retry: 0 }),
    },
  },
})
