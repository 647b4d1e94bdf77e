import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { cancelCloses } from './s10-cancel-closes.ts'

const tree = () =>
  log()
    .run()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .task('c')
const subtree = { type: 'cancel', scope: { kind: 'subtree', task: 'a' }, reason: 'enough' } as const
const run = { type: 'cancel', scope: { kind: 'run' }, reason: 'enough' } as const
const only = { type: 'cancel', scope: { kind: 'task', task: 'a' }, reason: 'enough' } as const

describeInvariant(cancelCloses, {
  holds: {
    'when the run is cancelled': () => tree().begin('a').done('c').cancelRun().cancelled(),
    'when a subtree is cancelled': () => tree().begin('a').cancelSubtree('a').done('c').failed(),
    'when a published result of a cancelled run still arrives': () =>
      tree().begin('c').succeed('c', ['x']).cancelRun().publish('c').cancelled(),
    'when a group is cancelled and others go on': () =>
      log()
        .run()
        .task('a', { group: 'g' })
        .task('b', { group: 'gg' })
        .begin('a')
        .cancelGroup('g')
        .task('c')
        .done('b')
        .done('c')
        .failed(),
    'when what a task of a cancelled group had found lies in no group': () =>
      log()
        .run()
        .task('a', { group: 'g' })
        .begin('a')
        .cancelGroup('g')
        .task('b', {}, { parent: 'a' })
        .done('b')
        .failed(),
    'when a person has a task of a cancelled run tried again': () =>
      tree().cancelRun().task('a~2', {}, { by: 'ada' }).begin('a~2').succeed('a~2'),
    'when the cancellation is refused': () =>
      tree()
        .decide(run)
        .same()
        .fact('manager.refused', { decision: 'cancel', error: { code: 'TASK_UNKNOWN', message: 'm' } })
        .done('a')
        .done('b')
        .done('c')
        .completed(),
    'when the run is reopened after its cancellation': () =>
      tree()
        .cancelRun()
        .cancelled()
        .fact('run.reopened', { by: 'ada', reason: 'again' })
        .task('d')
        .done('d')
        .waive(['a', 'b', 'c'])
        .completed(),
  },
  breaks: {
    swept: {
      'when a task of a cancelled run is forgotten': () =>
        tree().decide(run).same().cancelTask('a').nextInput().limits({}),
      'when a cancelled task goes on': () => tree().begin('a').decide(only).limits({}),
      'when a child of a cancelled subtree is forgotten': () =>
        tree().task('d', {}, { parent: 'a' }).cancelSubtree('a').limits({}),
      'when a task of a cancelled group is forgotten': () =>
        log().run().task('a', { group: 'g' }).task('b', { group: 'g/in' }).cancelGroup('g').limits({}),
      'when a task that is added with the cancellation stays': () =>
        tree().decide(run).same().cancelTask('a').same().cancelTask('c').same().task('d').limits({}),
    },
    work: {
      'when a task of a cancelled run is assigned': () => tree().decide(run).assign('c'),
      'when a task of a cancelled subtree is tried again': () => tree().begin('a').decide(subtree).fail('a'),
    },
    spawn: {
      'when a task is added to a cancelled group': () =>
        log().run().task('a', { group: 'g' }).cancelGroup('g').task('b', { group: 'g/in' }),
      'when a task is added to a cancelled run': () => tree().cancelRun().task('d'),
      'when a child is added to a cancelled subtree': () => tree().cancelSubtree('a').task('d', {}, { parent: 'a' }),
    },
  },
})
