import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { noLivelock } from './l02-no-livelock.ts'

function repeat(story: LogBuilder, times: number, step: (story: LogBuilder) => unknown): LogBuilder {
  for (let time = 0; time < times; time += 1) step(story)
  return story
}

/** The manager wakes and asks to be woken again. */
const polls = (every: number) => (story: LogBuilder) =>
  story
    .fact('wake.set', { wake: 'w', wakeAt: story.now + every })
    .wait(every)
    .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
    .same()
    .fact('manager.decided', { message: story.seq, decisions: [{ type: 'wake', wake: 'w', at: story.now + every }] })

describeInvariant(noLivelock, {
  holds: {
    'when a manager polls while work goes on': () =>
      repeat(log().run().hear().task('a').begin('a'), 500, polls(1)).succeed('a').completed(),
    'when a task is placed again after each pause, and assigned': () =>
      repeat(log().run().task('a'), 30, (story) =>
        story
          .place('a', 'worker/1')
          .fact('run.paused', { by: 'ada', reason: 'lunch' })
          .fact('run.resumed', { by: 'ada' }),
      )
        .done('a')
        .completed(),
  },
  breaks: {
    decisions: {
      'when a manager does nothing but decide': () => repeat(log().run().hear(), 2_100, polls(1)),
      'when time stands still': () => repeat(log().run().hear(), 250, polls(0)),
    },
    bounced: {
      'when two slots take a task from each other': () =>
        repeat(log().run().task('a'), 8, (story) => story.place('a', 'worker/1').place('a', 'worker/2')),
    },
    endless: {
      'when the world gives up': () => log().run().task('a').event({ type: 'world.stuck', why: 'endless' }),
    },
  },
})
