import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { roles } from './s18-roles.ts'

const one = () => log().run().task('a')

describeInvariant(roles, {
  holds: {
    'when manager, planner and people act': () =>
      log()
        .run()
        .task('a', {}, { by: 'planner' })
        .task('b', {}, { by: 'ada' })
        .task('c')
        .done('a')
        .done('b')
        .done('c')
        .completed(),
    'when a forged message is recorded and has no effect': () =>
      one()
        .fact('violation.recorded', { by: 'worker', error: { code: 'MESSAGE_FORGED', message: 'm' } })
        .done('a')
        .completed(),
  },
  breaks: {
    author: {
      'when a worker adds a task': () => one().task('b', {}, { by: 'worker' }),
      'when a slot adds a task': () => one().task('b', {}, { by: 'worker/1' }),
      'when a worker waives a task': () => one().waive(['a'], 'worker'),
      'when a worker cancels a task': () => one().fact('task.cancelled', { task: 'a', by: 'worker', reason: 'r' }),
      'when a worker raises a limit': () => one().fact('limits.changed', { limits: {}, by: 'worker' }),
    },
    executor: {
      'when the manager does the work': () => one().assign('a', { worker: 'boss' }),
      'when a stranger joins': () => one().join('boss/1'),
    },
  },
})
