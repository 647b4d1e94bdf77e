import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { boundedGrowth } from './s17-bounded-growth.ts'

const bounded = () =>
  log()
    .run({ limits: { tasksMax: 3, depthMax: 1, fanOutMax: 1 } })
    .task('a')
const amend = (id: string, dependsOn: string[]) => ({ task: { id, type: 'work', body: null, dependsOn } })

describeInvariant(boundedGrowth, {
  holds: {
    'when a successor takes the place of its predecessor in a full run': () =>
      log()
        .run({ limits: { tasksMax: 2, fanOutMax: 1 }, retry: { retriesMax: 0 } })
        .task('a')
        .begin('a')
        .task('b', {}, { parent: 'a' })
        .begin('b')
        .fail('b')
        .nextInput()
        .task('b~2', {}, { parent: 'a', by: 'ada' })
        .done('b~2')
        .succeed('a'),
    'when a group is full, also while one of its tasks is tried again': () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .group('g', { tasksMax: 1 })
        .task('a', { group: 'g' })
        .task('b', { group: 'gg' })
        .begin('a')
        .fail('a')
        .nextInput()
        .task('a~2', { group: 'g' }, { by: 'ada' })
        .done('a~2')
        .done('b'),
    'when every cap is reached': () =>
      bounded().task('b', {}, { parent: 'a' }).task('c').done('a').done('b').done('c').completed(),
    'when dependencies point forward within one input': () =>
      log()
        .run()
        .task('c', { dependsOn: ['b'] })
        .same()
        .task('b', { dependsOn: ['a'] })
        .same()
        .task('a')
        .done('a')
        .done('b')
        .done('c')
        .completed(),
    'when an arrow is turned round by an amendment': () =>
      log()
        .run()
        .task('a')
        .task('b', { dependsOn: ['a'] })
        .fact('task.amended', amend('b', []))
        .same()
        .fact('task.amended', amend('a', ['b']))
        .done('b')
        .done('a')
        .completed(),
  },
  breaks: {
    tasks: {
      'when one task too many is added': () => bounded().task('b').task('c').task('d'),
      'when the cap was lowered': () => bounded().limits({ tasksMax: 1 }).task('b'),
    },
    group: {
      'when a group gets a task too many': () =>
        log().run().group('g', { tasksMax: 1 }).task('a', { group: 'g' }).task('b').task('c', { group: 'g/in' }),
    },
    depth: {
      'when a grandchild is too deep': () => bounded().task('b', {}, { parent: 'a' }).task('c', {}, { parent: 'b' }),
    },
    level: { 'when a child says that it lies at the top': () => bounded().task('b', {}, { parent: 'a', depth: 0 }) },
    'fan-out': {
      'when a second child is added': () => bounded().task('b', {}, { parent: 'a' }).task('c', {}, { parent: 'a' }),
    },
    parent: { 'when the parent is unknown': () => bounded().task('b', {}, { parent: 'ghost' }) },
    dependency: {
      'when the dependency never comes': () =>
        bounded()
          .task('b', { dependsOn: ['ghost'] })
          .limits({}),
      'when it comes with a later input': () =>
        bounded()
          .task('b', { dependsOn: ['c'] })
          .task('c'),
    },
    cycle: {
      'when two new tasks wait for each other': () =>
        log()
          .run()
          .task('a', { dependsOn: ['b'] })
          .same()
          .task('b', { dependsOn: ['a'] })
          .limits({}),
      'when a task waits for itself': () =>
        log()
          .run()
          .task('a', { dependsOn: ['a'] })
          .limits({}),
      'when an amendment closes a circle': () =>
        log()
          .run()
          .task('a')
          .task('b', { dependsOn: ['a'] })
          .task('c', { dependsOn: ['b'] })
          .fact('task.amended', amend('a', ['c']))
          .limits({}),
    },
  },
})
