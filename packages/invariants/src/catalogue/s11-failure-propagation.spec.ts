import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { failurePropagation } from './s11-failure-propagation.ts'

const chain = (retriesMax = 0) =>
  log()
    .run({ retry: { retriesMax } })
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .task('c', { dependsOn: ['b'] })
    .task('d')
const fail = (retriesMax = 0) =>
  chain(retriesMax)
    .begin('a')
    .fact('attempt.failed', { task: 'a', epoch: 1, error: { code: 'WORKER_THREW', message: 'm' } })
    .same()
    .fact('task.failed', { task: 'a', error: { code: 'WORKER_THREW', message: 'm' } })
    .same()

describeInvariant(failurePropagation, {
  holds: {
    'when skips follow the failure transitively': () => chain().begin('a').fail('a').done('d').failed(),
    'when each skip names the root': () => {
      const story = fail()
      for (const task of ['b', 'c']) {
        story.same().fact('task.skipped', { task, because: 'a', outcome: 'failed' })
        story.known(task).outcome = 'skipped'
      }
      story.known('a').outcome = 'failed'
      return story.nextInput().begin('d').succeed('d').failed()
    },
    'when a retry saves the dependants': () =>
      chain(1).begin('a').fail('a').wait(200).done('a').done('b').done('c').done('d').completed(),
    'when a task is added below a failed one and skipped at once': () =>
      chain()
        .begin('a')
        .fail('a')
        .task('e', { dependsOn: ['a'] })
        .same()
        .skips('a', 'failed')
        .done('d')
        .failed(),
  },
  breaks: {
    early: {
      'when a retry is pending': () =>
        chain(1).begin('a').fail('a').fact('task.skipped', { task: 'b', because: 'a', outcome: 'failed' }),
    },
    cause: {
      'when the cause succeeded': () =>
        chain().done('a').fact('task.skipped', { task: 'b', because: 'a', outcome: 'failed' }),
      'when the cause is another task': () =>
        chain().begin('d').fail('d').fact('task.skipped', { task: 'b', because: 'd', outcome: 'failed' }),
      'when the cause is not a task': () =>
        chain().fact('task.skipped', { task: 'b', because: 'ghost', outcome: 'failed' }),
    },
    outcome: {
      'when the outcome is another one': () =>
        fail().fact('task.skipped', { task: 'b', because: 'a', outcome: 'lost' }),
    },
    left: {
      'when the dependant is left waiting': () => fail().nextInput().begin('d'),
      'when only the direct dependant is skipped': () =>
        fail().fact('task.skipped', { task: 'b', because: 'a', outcome: 'failed' }).begin('d'),
      'when a task is added below a failed one': () =>
        chain()
          .begin('a')
          .fail('a')
          .task('e', { dependsOn: ['a'] })
          .begin('d'),
    },
  },
})
