import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { makespan } from './q05-makespan.ts'

const two = () => log().run({ slots: ['worker/1', 'worker/2'] })
const pair = (spec = {}) => two().task('a', spec).same().task('b', spec)

/** An attempt that holds the whole budget while it works. */
const asking = (story: LogBuilder, task: string) => {
  const tokens = 20
  const begun = story
    .assign(task, { slice: { tokens, costMicros: 0 } })
    .same()
    .fact('budget.reserved', { task, epoch: 1, tokens, costMicros: 0 })
  const done = begun.nextInput().start(task).wait(100).succeed(task).same()
  return done.fact('budget.settled', { task, epoch: 1, tokens: 0, costMicros: 0 }).nextInput()
}

describeInvariant(makespan, {
  holds: {
    'when the budget covers one attempt at a time': () => {
      const story = log().run({
        slots: ['worker/1', 'worker/2'],
        workers: [{ name: 'worker', model: 'fast' }],
        limits: { tokensMax: 20, attemptTokensMax: 20 },
      })
      return asking(asking(story.task('a').same().task('b'), 'a'), 'b').completed()
    },
    'when both slots are used': () => pair().begin('a').begin('b').wait(100).succeed('a').succeed('b').completed(),
    'when tasks follow each other': () =>
      two()
        .task('a')
        .same()
        .task('b', { dependsOn: ['a'] })
        .begin('a')
        .wait(100)
        .succeed('a')
        .begin('b')
        .wait(100)
        .succeed('b')
        .completed(),
    'when the publication of a task delays the next': () =>
      two()
        .task('a', { outputs: ['x'] })
        .same()
        .task('b', { dependsOn: ['a'] })
        .begin('a')
        .wait(100)
        .succeed('a', ['x'])
        .wait(500)
        .publish('a')
        .begin('b')
        .wait(100)
        .succeed('b')
        .completed(),
    'when tasks exclude each other': () =>
      pair({ excludes: ['gpu'] })
        .begin('a')
        .wait(100)
        .succeed('a')
        .begin('b')
        .wait(100)
        .succeed('b')
        .completed(),
    'when a retry takes its time': () =>
      pair().begin('a').begin('b').fail('a').wait(200).succeed('b').begin('a').wait(100).succeed('a').completed(),
    'when a slot came late': () => log().run({ slots: [] }).task('a').wait(1000).join('worker/1').done('a').completed(),
  },
  breaks: {
    long: {
      'when a slot stays idle': () =>
        pair().begin('a').wait(100).succeed('a').begin('b').wait(100).succeed('b').completed(),
      'when a task is not begun at once': () => two().task('a').wait(50).begin('a').wait(100).succeed('a').completed(),
    },
  },
})
