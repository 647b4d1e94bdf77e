import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { caps } from './s04-caps.ts'

const grouped = () =>
  log().run().group('g', { slotsMax: 1 }).task('a', { group: 'g' }).task('b', { group: 'g/in' }).task('c')

const two = (slotsMax: number) => log().run({ limits: { slotsMax } }).task('a').task('b')

describeInvariant(caps, {
  holds: {
    'when a paused run goes on after it is resumed': () =>
      two(2)
        .begin('a')
        .fact('run.paused', { by: 'ada', reason: 'lunch' })
        .succeed('a')
        .fact('run.resumed', { by: 'ada' })
        .done('b')
        .completed(),
    'when every slot is taken': () => two(2).begin('a').begin('b').succeed('a').succeed('b').completed(),
    'when a cap falls below what is in use': () =>
      two(2).begin('a').begin('b').limits({ slotsMax: 1 }).succeed('a').succeed('b').completed(),
    'when the tasks of a bounded group follow each other beside others': () =>
      grouped().begin('a').begin('c').succeed('a').begin('b').succeed('b').succeed('c').completed(),
    'when starts are exactly 1,000 ms apart': () =>
      log()
        .run({ limits: { startsPerSecondMax: 1 } })
        .task('a')
        .task('b')
        .done('a')
        .wait(1000)
        .done('b')
        .completed(),
  },
  breaks: {
    twice: {
      'when it was paused before': () =>
        two(2)
          .fact('run.paused', { by: 'ada', reason: 'lunch' })
          .fact('run.paused', { by: 'model provider', reason: 'quota' }),
    },
    paused: { 'when the run is paused': () => two(2).fact('run.paused', { by: 'ada', reason: 'lunch' }).begin('a') },
    run: {
      'when one attempt too many is assigned': () => two(1).begin('a').begin('b'),
      'when a cap was lowered and the next assignment ignores it': () =>
        two(2).task('c').begin('a').begin('b').limits({ slotsMax: 1 }).succeed('a').begin('c'),
      'when the attempt that holds the slot has not started yet': () => two(1).assign('a').assign('b'),
    },
    worker: {
      'when one worker gets more than it takes': () =>
        log()
          .run({ workers: [{ name: 'worker', slotsMax: 1 }] })
          .task('a')
          .task('b')
          .begin('a')
          .begin('b'),
    },
    group: {
      'when a group gets more than it allows, in a group inside of it': () => grouped().begin('a').begin('b'),
      'when a lost attempt is counted as gone twice': () =>
        grouped().begin('a').lose('a', 'host').begin('b').wait(500).begin('a'),
    },
    rate: {
      'when two starts are 999 ms apart and one is allowed': () =>
        log()
          .run({ limits: { startsPerSecondMax: 1 } })
          .task('a')
          .task('b')
          .done('a')
          .wait(999)
          .done('b'),
    },
  },
})
