import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log } from '../fixtures/log.fixture.ts'
import { termination } from './l01-termination.ts'

const HOUR = 3_600_000
const calm = () =>
  log()
    .event({ type: 'world.calm' })
    .run({ limits: { timeoutMs: 60_000 } })

describeInvariant(termination, {
  holds: {
    'when everything comes to its end': () => calm().task('a').done('a').completed(),
    'when an attempt takes all the time it has': () =>
      calm().task('a').begin('a').wait(60_000).lose('a', 'timeout').wait(200).done('a').completed(),
    'when a paused run stands still': () =>
      calm()
        .task('a')
        .fact('run.paused', { by: 'ada', reason: 'lunch' })
        .wait(HOUR)
        .fact('run.resumed', { by: 'ada' })
        .done('a')
        .completed(),
    'when nothing happened for long before the faults were over': () =>
      log()
        .run()
        .task('a')
        .begin('a')
        .wait(HOUR)
        .event({ type: 'world.calm' })
        .lose('a')
        .wait(200)
        .done('a')
        .completed(),
    'when the manager waits for a person': () =>
      calm()
        .task('a')
        .done('a')
        .fact('manager.asked', { approval: 'a1', request: 'go', question: 'Go on?' })
        .wait(HOUR)
        .fact('approval.given', { approval: 'a1', granted: true, by: 'ada', reason: '' })
        .completed(),
    'when the manager waits for a wake': () =>
      calm()
        .fact('wake.set', { wake: 'w', wakeAt: HOUR })
        .wait(HOUR)
        .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
        .task('a')
        .done('a')
        .completed(),
    'when a slot comes in while the manager waits for a wake': () =>
      calm()
        .task('a')
        .done('a')
        .fact('wake.set', { wake: 'w', wakeAt: 2 * HOUR })
        .wait(HOUR)
        .join('worker/4')
        .wait(HOUR)
        .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
        .completed(),
    'when a task waits for a slot that is not there': () =>
      log()
        .event({ type: 'world.calm' })
        .run({ slots: [], limits: { queueWaitMs: HOUR } })
        .task('a')
        .wait(HOUR)
        .join('worker/1')
        .done('a')
        .completed(),
    'when slots come and go long after the run': () =>
      calm().task('a').done('a').completed().leave('worker/1').wait(HOUR).join('worker/1'),
    'when the world ends after the run': () =>
      calm().task('a').done('a').completed().event({ type: 'world.stuck', why: 'silent' }),
  },
  breaks: {
    silence: {
      'when a lease is never looked at': () => calm().task('a').begin('a').wait(HOUR).cancelTask('a'),
      'when a retry is never taken up': () =>
        calm()
          .task('a')
          .begin('a')
          .lose('a', 'host')
          .wait(2 * LEASE_MS + 40_000)
          .done('a'),
      'when a task is forgotten while the manager waits for a wake': () =>
        calm()
          .task('a')
          .begin('a')
          .lose('a', 'host')
          .fact('wake.set', { wake: 'w', wakeAt: 2 * HOUR })
          .wait(HOUR)
          .join('worker/4'),
      'when the end of the last task wakes nobody': () => calm().task('a').done('a').wait(HOUR).completed(),
    },
    stuck: {
      'when an attempt is never heard of again': () =>
        calm().task('a').begin('a').event({ type: 'world.stuck', why: 'silent' }),
      'when a task is never assigned': () => calm().task('a').event({ type: 'world.stuck', why: 'silent' }),
      'when the run does not end': () => calm().task('a').done('a').event({ type: 'world.stuck', why: 'silent' }),
    },
  },
})
