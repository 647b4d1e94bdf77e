import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { fenced } from './s03-fenced.ts'

const second = () => log().run().task('a').begin('a').lose('a', 'host').wait(200).begin('a')
/** `a` was lost; its late result becomes that of another task. */
function adoptedAs(task: string, predecessor?: string) {
  const story = log()
    .run()
    .task('a', { limits: { retriesMax: 0 } })
    .begin('a')
    .lose('a', 'host')
  story.fact('result.quarantined', late)
  const quarantined = story.seq
  story.task(task).fact('result.adopted', {
    task,
    ...(predecessor === undefined ? {} : { predecessor }),
    epoch: 1,
    quarantined,
    by: 'ada',
  })
  return story.same().fact('task.succeeded', { task, epoch: 1 })
}

const late = {
  task: 'a',
  epoch: 1,
  kind: 'result',
  value: null,
  error: { code: 'ATTEMPT_DEAD', message: 'late' },
} as const

describeInvariant(fenced, {
  holds: {
    'when a late result is quarantined': () => second().fact('result.quarantined', late).succeed('a').completed(),
    'when a model call of a dead attempt is told of late': () =>
      second().call('a', 5, { epoch: 1 }).succeed('a').completed(),
    'when a quarantined result is adopted': () => {
      const story = log().run().task('a').begin('a').lose('a', 'host').fact('result.quarantined', late)
      return story
        .fact('result.adopted', { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' })
        .same()
        .outcome('a', 'succeeded')
        .completed()
    },
    'when a successor gets the late result of what it stands in for': () => adoptedAs('a~2', 'a'),
  },
  breaks: {
    epoch: {
      'when a retry keeps the epoch': () =>
        log().run().task('a').begin('a').fail('a').wait(200).assign('a', { epoch: 1 }),
      'when an epoch is left out': () => log().run().task('a').assign('a', { epoch: 2 }),
    },
    ahead: { 'when a model call has no attempt yet': () => second().call('a', 5, { epoch: 3 }) },
    stale: {
      'when a tool call of a dead attempt counts': () =>
        second().fact('tool.called', { task: 'a', epoch: 1, tool: 'files.read', name: 'read', ms: 1 }),
      'when a late result is accepted': () =>
        second().fact('attempt.succeeded', { task: 'a', epoch: 1, result: null, outputs: [] }),
      'when a late failure ends the live attempt': () =>
        second().fact('attempt.failed', { task: 'a', epoch: 1, error: late.error }),
      'when a late beat counts': () => second().fact('attempt.beat', { task: 'a', epoch: 1 }),
      'when a late discovery counts': () => second().fact('task.discovered', { task: 'a', epoch: 1, item: null }),
      'when something is emitted without a lease': () =>
        log().run().task('a').done('a').fact('attempt.emitted', { task: 'a', epoch: 1, value: null }),
    },
    retried: {
      'when a retry names an older attempt': () =>
        second().fact('attempt.failed', { task: 'a', epoch: 2, error: late.error }).retry('a', true, { epoch: 1 }),
    },
    adopted: {
      'when what is adopted was never quarantined': () =>
        second().fact('result.adopted', { task: 'a', epoch: 1, quarantined: 2, by: 'ada' }),
      'when a task gets the late result of another one': () => adoptedAs('b', 'a'),
      'when a successor is said to have made the late result itself': () => adoptedAs('a~2'),
      'when what is adopted is an error': () => {
        const story = second().fact('result.quarantined', { ...late, kind: 'error' })
        return story.fact('result.adopted', { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' })
      },
    },
  },
})
