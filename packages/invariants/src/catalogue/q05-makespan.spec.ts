import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { makespan } from './q05-makespan.ts'

const two = () => log().run({ slots: ['worker/1', 'worker/2'] })
const pair = (spec = {}) => two().task('a', spec).same().task('b', spec)

describeInvariant(makespan, {
  holds: {
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
