import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { identityOfInputs } from './s14-identity-of-inputs.ts'

const accepted = (result: number) => ({ task: 'a', epoch: 1, result, outputs: [] })
const late = {
  task: 'a',
  epoch: 1,
  kind: 'result',
  value: { rows: [1, 2], total: 2 },
  error: { code: 'ATTEMPT_DEAD', message: 'late' },
} as const

/** `b` depends on `a`, whose accepted result is 7. */
const pair = () =>
  log()
    .run()
    .task('a')
    .task('b', { dependsOn: ['a'] })
    .begin('a')
    .fact('attempt.succeeded', accepted(7))
    .same()
    .outcome('a', 'succeeded')

const free = (story: LogBuilder) => {
  for (const slot of story.slots.values()) slot.busy = false
  return story
}

const working = (story: LogBuilder, inputs: Readonly<Record<string, unknown>>) =>
  free(story).begin('b').event({ type: 'world.working', slot: 'worker/1', task: 'b', epoch: 1, inputs })

describeInvariant(identityOfInputs, {
  holds: {
    'when an attempt is given the accepted result': () => working(pair(), { a: 7 }).succeed('b').completed(),
    'when what is given was adopted, its members in another order': () => {
      const story = log()
        .run({ retry: { retriesMax: 0 } })
        .task('a')
        .task('b', { dependsOn: ['a'] })
        .begin('a')
        .lose('a', 'restart')
        .fact('result.quarantined', late)
      story.fact('result.adopted', { task: 'a', epoch: 1, quarantined: story.seq, by: 'ada' })
      return working(story.same().outcome('a', 'succeeded'), { a: { total: 2, rows: [1, 2] } })
        .succeed('b')
        .completed()
    },
    'when the world does not say what was given': () =>
      free(pair())
        .begin('b')
        .event({ type: 'world.working', slot: 'worker/1', task: 'b', epoch: 1 })
        .succeed('b')
        .completed(),
  },
  breaks: {
    inputs: {
      'when another value is given': () => working(pair(), { a: 8 }),
      'when nothing is given': () => working(pair(), {}),
      'when too much is given': () => working(pair(), { a: 7, c: 1 }),
      'when what is given was never accepted': () =>
        working(
          log()
            .run()
            .task('a')
            .task('b', { dependsOn: ['a'] }),
          { a: 7 },
        ),
    },
    changed: {
      'when a second result replaces the accepted one': () =>
        pair().fact('attempt.succeeded', { ...accepted(8), epoch: 2 }),
      'when a late result is adopted over the accepted one': () => {
        const story = pair().fact('result.quarantined', { ...late, epoch: 2 })
        return story.fact('result.adopted', { task: 'a', epoch: 2, quarantined: story.seq, by: 'ada' })
      },
    },
    bound: {
      'when a dependency is amended in while an attempt is at work': () =>
        log()
          .run()
          .task('a')
          .task('b')
          .begin('b')
          .fact('task.amended', { task: { id: 'b', type: 'work', body: null, dependsOn: ['a'] } }),
    },
  },
})
