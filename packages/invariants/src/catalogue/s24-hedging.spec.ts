import type { Task } from '@bosun/core'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { hedging } from './s24-hedging.ts'

const slots = ['worker/1', 'worker/2', 'worker/3']
const CALL = { key: 'k', tool: 'command.run', rule: 'command.run(make)', input: 'null' }
const hedge = { hedgesMax: 1, afterRatio: 3, samplesMin: 2, afterMsMin: 100 }

/** Two tasks that took 100 ms, and `slow`, which has run for as long as is said. */
function running(ms: number, over: { spec?: Partial<Task>; effects?: 'once'; hedgesMax?: number } = {}): LogBuilder {
  const { spec = {}, effects = 'none', hedgesMax = 1 } = over
  return log()
    .run({ slots, hedge: { ...hedge, hedgesMax }, workers: [{ name: 'worker', effects }] })
    .task('a')
    .task('b')
    .task('slow', spec)
    .begin('a')
    .begin('b')
    .begin('slow', { slot: 'worker/3' })
    .wait(100)
    .succeed('a')
    .succeed('b')
    .wait(ms - 100)
}

const announce = (story: LogBuilder, runningMs = 300, typicalMs = 100) =>
  story.fact('task.hedged', { task: 'slow', epoch: 1, twin: 'slow~twin', runningMs, typicalMs })
const add = (story: LogBuilder) => story.same().task('slow~twin', { limits: { retriesMax: 0 } }, { by: 'kernel' })
const paired = (ms = 300) =>
  add(announce(running(ms), ms))
    .same()
    .begin('slow~twin', { slot: 'worker/1' })
const revoke = (story: LogBuilder) =>
  story.same().fact('attempt.revoked', { task: 'slow', epoch: 1, reason: 'slow~twin was faster' })
const hand = (story: LogBuilder, twin = 'slow~twin') =>
  revoke(story).same().fact('result.handed', { task: 'slow', epoch: 1, twin, twinEpoch: 1 })
const free = (story: LogBuilder) => {
  story.known('slow').slot = undefined
  return story
}

describeInvariant(hedging, {
  holds: {
    'when the twin is faster': () =>
      free(hand(paired().succeed('slow~twin')).same().outcome('slow', 'succeeded')).completed(),
    'when the task is faster': () =>
      paired().succeed('slow').same().cancelTask('slow~twin').same().waive(['slow~twin'], 'policy').completed(),
    'when another task may be done by its own slot alone': () =>
      add(announce(running(300).task('other').place('other', 'worker/3', { steal: false })))
        .same()
        .begin('slow~twin', { slot: 'worker/1' }),
  },
  breaks: {
    unsafe: {
      'when the work counts each time': () => announce(running(300, { effects: 'once' })),
      'when it has asked a person': () =>
        announce(
          running(300).fact('approval.requested', {
            approval: 'a1',
            task: 'slow',
            epoch: 1,
            question: 'May it?',
            call: CALL,
          }),
        ),
      'when it holds a resource': () => announce(running(300, { spec: { uses: [{ resource: 'db', mode: 'read' }] } })),
    },
    early: {
      'when it has run for less': () => announce(running(299), 299),
      'when the log tells another median': () => announce(running(300), 300, 99),
      'when it has no attempt': () => announce(running(300).fail('slow')),
    },
    most: { 'when one more than allowed is announced': () => announce(running(300, { hedgesMax: 0 })) },
    unannounced: { 'when nobody has said why': () => add(running(300)) },
    needed: {
      'when another task waits': () =>
        add(announce(running(300).task('other')))
          .same()
          .begin('slow~twin', { slot: 'worker/1' }),
    },
    both: { 'when both succeed': () => paired().succeed('slow~twin').succeed('slow') },
    handed: { 'when the twin is still at work': () => hand(paired()) },
    open: {
      'when the twin goes on': () => paired().succeed('slow').fact('steer.received', { text: 'on', by: 'ada' }),
      'when the task goes on': () =>
        paired().succeed('slow~twin', ['x']).fact('steer.received', { text: 'on', by: 'ada' }),
      'when the task hears nothing': () =>
        revoke(paired().succeed('slow~twin')).fact('steer.received', { text: 'on', by: 'ada' }),
    },
    waived: {
      'when the twin has failed': () => paired().fail('slow~twin').fact('steer.received', { text: 'on', by: 'ada' }),
    },
  },
})
