import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { fairness } from './q04-fairness.ts'

/** Four tasks of each of two queues, run on one slot in the given order. */
function run(order: string, name: 'key' | 'group' = 'key'): LogBuilder {
  const story = log().run({ slots: ['worker/1'] })
  for (const queue of ['a', 'b']) {
    for (const number of [1, 2, 3, 4]) story.task(`${queue}${number}`, { [name]: queue })
  }
  const next: Record<string, number> = {}
  for (const queue of order) {
    next[queue] = (next[queue] ?? 0) + 1
    story.done(`${queue}${next[queue]}`)
  }
  return story
}

describeInvariant(fairness, {
  holds: {
    'when the queues take turns': () => run('abababab').completed(),
    'when one is two ahead for a moment': () => run('aabbabab').completed(),
    'when the other queue has nothing more to do': () => {
      const story = run('abababab')
      for (const id of ['a5', 'a6', 'a7', 'a8']) story.task(id, { key: 'a' })
      for (const id of ['a5', 'a6', 'a7', 'a8']) story.done(id)
      return story.completed()
    },
    'when a queue that was idle does not catch up': () => {
      const story = log().run({ slots: ['worker/1'] })
      for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']) story.task(id, { key: 'a' })
      story.done('a1').done('a2').done('a3').done('a4')
      return story
        .task('b1', { key: 'b' })
        .task('b2', { key: 'b' })
        .done('b1')
        .done('a5')
        .done('b2')
        .done('a6')
        .done('a7')
        .completed()
    },
    'when work that was lost is done again': () =>
      log()
        .run({ slots: ['worker/1'] })
        .task('a1', { key: 'a' })
        .task('b1', { key: 'b' })
        .begin('a1')
        .lose('a1', 'host')
        .wait(200)
        .begin('a1')
        .lose('a1', 'host')
        .wait(400)
        .done('a1')
        .done('b1')
        .completed(),
    'when tasks belong to no queue': () =>
      log().run().task('a').task('b').task('c').task('d').done('a').done('b').done('c').done('d').completed(),
  },
  breaks: {
    uneven: {
      'when one queue is emptied first': () => run('aaaabbbb'),
      'when the queues are groups': () => run('bbbbaaaa', 'group'),
      'when one falls behind by and by': () => run('aabaab'),
    },
  },
})
