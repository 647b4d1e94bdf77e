import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { dependenciesFirst } from './s01-dependencies-first.ts'

const diamond = () =>
  log()
    .run()
    .task('a')
    .task('b')
    .task('c', { dependsOn: ['a', 'b'] })

describeInvariant(dependenciesFirst, {
  holds: {
    'when all dependencies have succeeded': () => diamond().done('a').done('b').done('c').completed(),
    'when a dependency is added after its dependant, in one input': () =>
      log()
        .run()
        .task('b', { dependsOn: ['a'] })
        .same()
        .task('a')
        .done('a')
        .done('b')
        .completed(),
    'when outputs are published before the dependants start': () =>
      diamond().begin('a').succeed('a', ['x']).publish('a').done('b').done('c').completed(),
  },
  breaks: {
    dependency: {
      'when one of two dependencies is still waiting': () => diamond().done('a').begin('c'),
      'when a dependency is only assigned': () => diamond().done('a').begin('b').begin('c'),
      'when a dependency is not in the log': () =>
        log()
          .run()
          .task('c', { dependsOn: ['nowhere'] })
          .begin('c'),
      'when the dependency was amended in': () =>
        log()
          .run()
          .task('a')
          .task('b')
          .fact('task.amended', { task: { id: 'b', type: 'work', body: null, dependsOn: ['a'] } })
          .begin('b'),
    },
    visible: {
      'when a task succeeds before its outputs are published': () =>
        diamond().begin('a').succeed('a', ['x']).outcome('a', 'succeeded'),
    },
  },
})
