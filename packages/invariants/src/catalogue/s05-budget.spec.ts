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

/** A run whose worker asks a model. */
const model = (limits: object = {}) =>
  log()
    .run({ workers: [{ name: 'worker', model: 'fast' }], limits: { attemptTokensMax: 20, ...limits } })
    .task('a')
    .task('b')
const sliced = (story: LogBuilder, task: string, tokens: number) =>
  reserve(story.assign(task, { slice: usage(tokens) }), task, tokens)
    .nextInput()
    .start(task)
const planned = (story: LogBuilder, inputTokens: number) =>
  story.decide({ type: 'plan', request: 'p', goal: null }).nextInput().fact('planner.called', {
    request: 'p',
    model: 'acme:fast',
    inputTokens,
    outputTokens: 0,
    costMicros: 0,
    ms: 1,
  })

describeInvariant(budget, {
  holds: {
    'when an attempt is settled at its model calls, and one of them is told of late': () => {
      const first = settle(sliced(model(), 'a', 20).call('a', 5).call('a', 6).succeed('a'), 'a', 11).nextInput()
      return settle(sliced(first.call('a', 9), 'b', 20).succeed('b'), 'b', 20)
        .nextInput()
        .completed()
    },
    'when the rest of the budget is given': () => {
      const first = settle(
        sliced(model({ tokensMax: 30 }), 'a', 20)
          .call('a', 20)
          .succeed('a'),
        'a',
        20,
      ).nextInput()
      return settle(sliced(first, 'b', 10).succeed('b'), 'b', 10)
        .nextInput()
        .completed()
    },
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
      'when what a planner used is forgotten': () => sliced(planned(model({ tokensMax: 20 }), 5), 'a', 16),
      'when the budget was lowered': () =>
        reserve(reserve(poor().begin('a'), 'a', 60).nextInput().limits({ tokensMax: 50 }).begin('b'), 'b', 10),
    },
    sliceless: {
      'when a worker with a model gets no slice': () => model().begin('a'),
      'when it gets a slice of nothing': () => sliced(model(), 'a', 0),
    },
    dropped: {
      'when the calls of an attempt are forgotten': () =>
        settle(sliced(model(), 'a', 20).call('a', 5).fail('a'), 'a', 4),
      'when nothing is settled for them': () => sliced(model(), 'a', 20).call('a', 5).fail('a').nextInput().decide(),
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
