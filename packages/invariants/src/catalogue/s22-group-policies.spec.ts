import type { Group } from '@bosun/core'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { groupPolicies } from './s22-group-policies.ts'

/** Three tasks of a group, the last of them in one inside of it, and one beside it. */
const story = (limits: Omit<Group, 'name'>) =>
  log()
    .run({ retry: { retriesMax: 0 } })
    .group('g', limits)
    .task('a', { group: 'g' })
    .task('b', { group: 'g' })
    .task('c', { group: 'g/in' })
    .task('x')
const quorum = () => story({ quorum: 1 })
const met = () => quorum().done('a').same()
const fact = (made: LogBuilder, waives: boolean, reason: 'quorum' | 'deadline' | 'fail-fast') =>
  made.fact('group.closed', { group: 'g', reason, waives })

describeInvariant(groupPolicies, {
  holds: {
    'when a quorum closes its group': () => met().close('g', 'quorum').done('x').completed(),
    'when what failed before is waived as well': () =>
      quorum().begin('b').fail('b').nextInput().done('a').same().close('g', 'quorum').done('x').completed(),
    'when a group fails fast': () =>
      story({ failure: 'fail-fast' }).begin('a').fail('a').same().close('g', 'fail-fast').done('x').failed(),
    'when a deadline closes its group, a little late': () =>
      story({ deadlineMs: 1_000 })
        .begin('a')
        .wait(1_000)
        .limits({})
        .wait(3_000)
        .close('g', 'deadline')
        .done('x')
        .completed(),
    'when a deadline comes before the quorum': () =>
      story({ quorum: 3, deadlineMs: 1_000 }).done('a').wait(1_000).close('g', 'deadline', false).done('x').failed(),
    'when the manager cancels the group before its policy can close it': () =>
      log()
        .run()
        .group('g', { quorum: 1, deadlineMs: 10 })
        .task('a', { group: 'g' })
        .task('x')
        .cancelGroup('g')
        .wait(99_000)
        .limits({})
        .done('x')
        .failed(),
    'when a person has a task of a closed group tried again': () =>
      story({ failure: 'fail-fast' })
        .begin('a')
        .fail('a')
        .same()
        .close('g', 'fail-fast')
        .done('x')
        .failed()
        .fact('run.reopened', { by: 'ada', reason: 'again' })
        .task('a~2', { group: 'g' }, { by: 'ada' })
        .done('a~2'),
  },
  breaks: {
    opened: {
      'when it was opened before': () => quorum().group('g'),
      'when a task lies in it already': () => log().run().task('a', { group: 'g/in' }).group('g'),
    },
    added: { 'when the group was closed': () => met().close('g', 'quorum').task('d', { group: 'g/in' }) },
    work: {
      'when a task of a closed group goes on': () =>
        fact(met(), true, 'quorum').same().waive(['b', 'c'], 'policy').begin('b'),
    },
    unasked: {
      'when too few have succeeded': () => story({ quorum: 2 }).done('a').close('g', 'quorum'),
      'when nobody has opened it': () => log().run().task('a', { group: 'h' }).close('h', 'deadline'),
      'when the deadline has not come': () => story({ deadlineMs: 1_000 }).wait(999).close('g', 'deadline'),
      'when nothing has failed': () => story({ failure: 'fail-fast' }).close('g', 'fail-fast'),
      'when it is not to fail fast': () => story({}).begin('a').fail('a').same().close('g', 'fail-fast'),
      'when failing fast waives': () =>
        story({ failure: 'fail-fast' }).begin('a').fail('a').same().close('g', 'fail-fast', true),
      'when a deadline waives although the quorum was missed': () =>
        story({ quorum: 3, deadlineMs: 1_000 }).wait(1_000).close('g', 'deadline'),
    },
    open: {
      'when its quorum is there': () => quorum().done('a').limits({}),
      'when its quorum is there with a task of a group inside of it': () => quorum().done('c').limits({}),
      'when it is to fail fast': () => story({ failure: 'fail-fast' }).begin('b').fail('b').limits({}),
    },
    overdue: {
      'when time goes on': () => story({ deadlineMs: 1_000 }).wait(1_000).limits({}).wait(10_001).limits({}).limits({}),
    },
    unwaived: {
      'when the rest is cancelled and not waived': () =>
        fact(met(), true, 'quorum').same().cancelTask('b').same().cancelTask('c').nextInput().limits({}),
      'when one that failed before is forgotten': () =>
        fact(quorum().begin('b').fail('b').nextInput().done('a').same(), true, 'quorum')
          .same()
          .cancelTask('c')
          .same()
          .waive(['c'], 'policy')
          .limits({}),
    },
    waived: {
      'when it succeeded': () => fact(met(), true, 'quorum').same().waive(['a'], 'policy'),
      'when its group is another one': () =>
        met().close('g', 'quorum').begin('x').fail('x').nextInput().waive(['x'], 'policy'),
    },
  },
})
