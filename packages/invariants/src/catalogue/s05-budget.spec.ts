import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { budget } from './s05-budget.ts'

const poor = (tokensMax = 100) =>
  log()
    .run({ limits: { tokensMax, costMicrosMax: 50 } })
    .task('a')
    .task('b')
const usage = (tokens: number, costMicros = 0) => ({ tokens, costMicros })
const reserve = (story: LogBuilder, task: string, tokens: number, costMicros = 0) =>
  story.same().fact('budget.reserved', { task, epoch: 1, ...usage(tokens, costMicros) })
const settle = (story: LogBuilder, task: string, tokens: number, costMicros = 0) =>
  story.same().fact('budget.settled', { task, epoch: 1, ...usage(tokens, costMicros) })

describeInvariant(budget, {
  holds: {
    'when the budget is used to the last token': () => {
      const first = reserve(poor().assign('a', { slice: usage(60) }), 'a', 60)
      const second = reserve(
        first
          .nextInput()
          .start('a')
          .assign('b', { slice: usage(40) }),
        'b',
        40,
      )
      settle(second.nextInput().start('b').succeed('a'), 'a', 60)
      return settle(second.nextInput().succeed('b'), 'b', 40).nextInput().completed()
    },
    'when what a slice leaves over is reserved again': () => {
      const first = settle(reserve(poor().begin('a'), 'a', 100).nextInput().succeed('a'), 'a', 10)
      return settle(reserve(first.nextInput().begin('b'), 'b', 90).nextInput().succeed('b'), 'b', 0)
        .nextInput()
        .completed()
    },
    'when an overrun is told and nothing more is reserved': () => {
      const first = settle(reserve(poor().begin('a'), 'a', 100).nextInput().succeed('a'), 'a', 150)
      return settle(reserve(first.nextInput().begin('b'), 'b', 0).nextInput().succeed('b'), 'b', 0)
        .nextInput()
        .completed()
    },
  },
  breaks: {
    exceeded: {
      'when two slices do not fit together': () =>
        reserve(reserve(poor().begin('a'), 'a', 60).nextInput().begin('b'), 'b', 41),
      'when the cost does not fit': () => reserve(poor().begin('a'), 'a', 1, 51),
      'when the budget is zero, which means zero': () => reserve(poor(0).begin('a'), 'a', 1),
      'when what was spent is forgotten': () => {
        const first = settle(reserve(poor().begin('a'), 'a', 60).nextInput().succeed('a'), 'a', 60)
        return reserve(first.nextInput().begin('b'), 'b', 60)
      },
      'when the budget was lowered': () =>
        reserve(reserve(poor().begin('a'), 'a', 60).nextInput().limits({ tokensMax: 50 }).begin('b'), 'b', 10),
    },
    reserve: {
      'when a slice has no reservation behind it': () =>
        reserve(poor().begin('a'), 'a', 10)
          .nextInput()
          .assign('b', { slice: usage(5) })
          .start('b'),
      'when less is reserved than the slice': () =>
        reserve(poor().assign('a', { slice: usage(20) }), 'a', 10)
          .nextInput()
          .start('a'),
    },
    settle: {
      'when usage is settled twice': () => settle(settle(reserve(poor().begin('a'), 'a', 9), 'a', 9), 'a', 9),
      'when nothing was reserved': () => settle(poor().begin('a'), 'a', 9),
    },
    open: {
      'when a lost attempt keeps its reservation': () =>
        reserve(
          log()
            .run({ retry: { retriesMax: 0 } })
            .task('a')
            .begin('a'),
          'a',
          9,
        )
          .nextInput()
          .lose('a', 'host')
          .failed(),
    },
    negative: { 'when usage is negative': () => settle(reserve(poor().begin('a'), 'a', 9), 'a', -9) },
  },
})
