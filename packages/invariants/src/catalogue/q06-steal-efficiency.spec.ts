import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { stealEfficiency } from './q06-steal-efficiency.ts'

const two = () => log().run({ slots: ['worker/1', 'worker/2'] })
const place = (story: LogBuilder, task: string, slot: string) => story.fact('task.placed', { task, slot })

describeInvariant(stealEfficiency, {
  holds: {
    'when a task is stolen once': () =>
      place(place(two().task('a'), 'a', 'worker/1'), 'a', 'worker/2')
        .done('a')
        .completed(),
    'when a task is assigned where it was placed': () => place(two().task('a'), 'a', 'worker/1').done('a').completed(),
  },
  breaks: {
    round: {
      'when two slots steal one task from each other': () => {
        const story = two().task('a')
        for (let time = 0; time < 2; time += 1) place(place(story, 'a', 'worker/1'), 'a', 'worker/2')
        return story.done('a').completed()
      },
    },
    many: {
      'when every task is stolen': () => {
        const story = two()
        for (let number = 0; number < 20; number += 1) {
          const id = `t${number}`
          place(place(story.task(id), id, 'worker/2'), id, 'worker/1').done(id)
        }
        return story.completed()
      },
    },
  },
})
