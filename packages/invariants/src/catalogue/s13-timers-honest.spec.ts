import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log } from '../fixtures/log.fixture.ts'
import { timersHonest } from './s13-timers-honest.ts'

const one = () =>
  log()
    .run({ retry: { retriesMax: 0 } })
    .task('a')
const timed = () =>
  log()
    .run({ retry: { retriesMax: 0 } })
    .task('a', { limits: { timeoutMs: 500 } })
const beating = () => one().begin('a').wait(10_000).beat('a').wait(10_000)
const evidence = (lastBeat: number, deadline: number) =>
  ({ started: true, evidence: { lastBeat, deadline, clock: 'beat' } }) as const

const overTime = { error: { code: 'LIMIT_WALL_TIME', message: 'm' } } as const
/** 6 s of the 10 s that the run has are used up after 60 s. */
const walled = () =>
  log()
    .run({ limits: { wallTimeMs: 10_000 } })
    .wait(5_000)
    .fact('run.paused', { by: 'ada', reason: 'lunch' })
    .wait(54_000)
    .fact('run.resumed', { by: 'ada' })
    .wait(1_000)

describeInvariant(timersHonest, {
  holds: {
    'when a lease runs out at its deadline': () => one().begin('a').wait(LEASE_MS).lose('a').failed(),
    'when a beat extends the lease': () => beating().wait(5000).lose('a').failed(),
    'when a journal without beats tells of a late one': () =>
      one().begin('a').wait(25_000).lose('a', 'beat', evidence(10_000, 25_000)).failed(),
    'when the manager was away and moved the pulses': () =>
      beating()
        .fact('manager.stalled', { gapMs: 8000 })
        .wait(13_000)
        .lose('a', 'beat', evidence(18_000, 33_000))
        .failed(),
    'when the time limit ends an attempt': () => timed().begin('a').wait(500).lose('a', 'timeout').failed(),
    'when the time limit ends an attempt whose beats keep its lease': () =>
      timed()
        .begin('a')
        .wait(400)
        .beat('a')
        .wait(100)
        .lose('a', 'timeout', {
          evidence: { lastBeat: 400, deadline: 15_400, clock: 'timeout' },
        })
        .failed(),
    'when an attempt asks a person after its time is up, and that is seen later': () =>
      timed().begin('a').wait(600).ask('a').wait(100).lose('a', 'timeout').failed(),
    'when progress ends an attempt': () =>
      log()
        .run({ retry: { retriesMax: 0 }, lease: { progressTimeoutMs: 300 } })
        .task('a')
        .begin('a')
        .wait(300)
        .lose('a', 'progress')
        .failed(),
    'when the time of the run is used up, pauses aside': () => walled().wait(4_000).fact('limit.reached', overTime),
    'when a host dies at any time': () => one().begin('a').wait(1).lose('a', 'host').failed(),
    'when a wake comes on time': () =>
      one()
        .fact('wake.set', { wake: 'w', wakeAt: 50 })
        .wait(50)
        .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
        .done('a')
        .completed(),
  },
  breaks: {
    wall: {
      'when a pause is counted as time of the run': () => walled().fact('limit.reached', overTime),
      'when a run is ended for its time while it is paused': () =>
        log()
          .run({ limits: { wallTimeMs: 10_000 } })
          .fact('run.paused', { by: 'ada', reason: 'lunch' })
          .wait(20_000)
          .fact('limit.reached', overTime),
    },
    promise: {
      'when the lease counts from an earlier moment': () => one().wait(500).begin('a', { deadline: LEASE_MS }),
    },
    early: {
      'when a lease runs out before its deadline': () =>
        one()
          .begin('a')
          .wait(LEASE_MS - 1)
          .lose('a'),
      'when a beat is ignored by the sweep': () => beating().lose('a'),
    },
    deadline: {
      'when the deadline does not count from the last beat': () =>
        beating().lose('a', 'beat', evidence(10_000, 20_000)),
      'when the deadline is later than assignment and beat allow': () =>
        one().begin('a').wait(16_000).lose('a', 'beat', evidence(0, 16_000)),
    },
    beat: {
      'when a beat of the attempt is forgotten': () => beating().lose('a', 'beat', evidence(0, 15_000)),
      'when the beat of another attempt extends the lease': () =>
        beating().wait(8000).lose('a', 'beat', evidence(12_000, 27_000)),
      'when the last beat lies in the future': () =>
        one().begin('a').wait(15_000).lose('a', 'beat', evidence(16_000, 15_000)),
    },
    timeout: {
      'when the time limit has not passed': () => timed().begin('a').wait(499).lose('a', 'timeout'),
      'when it counts what the attempt waits for a person': () =>
        timed().begin('a').wait(400).ask('a').wait(500).lose('a', 'timeout'),
      'when it counts what the attempt has waited': () =>
        timed().begin('a').wait(400).ask('a').wait(500).answer('a').wait(99).lose('a', 'timeout'),
    },
    progress: {
      'when the clock of progress is off': () => one().begin('a').wait(9000).lose('a', 'progress'),
      'when it has not run out': () =>
        log()
          .run({ lease: { progressTimeoutMs: 300 } })
          .task('a')
          .begin('a')
          .wait(299)
          .lose('a', 'progress'),
    },
    started: {
      'when the attempt had started': () => one().begin('a').lose('a', 'host', { started: false }),
      'when the attempt had not started': () => one().assign('a').lose('a', 'host', { started: true }),
    },
    wake: {
      'when a wake comes early': () =>
        one()
          .fact('wake.set', { wake: 'w', wakeAt: 50 })
          .wait(49)
          .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' }),
      'when a wake was not set': () => one().fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' }),
    },
  },
})
