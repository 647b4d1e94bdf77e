import type { Fact } from '@bosun/core'
import { describeCrossRun } from '../fixtures/describe-cross-run.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { DIFFERENT_STATES, plain, twoTasks } from '../fixtures/two-tasks.fixture.ts'
import { resumeEquivalence } from './r04-resume-equivalence.ts'

const recover = (story: LogBuilder) => story.fact('manager.recovered', { managerEpoch: 2, owner: 'next' })
const one = () => log().run().task('a')
const whole = () => one().done('a').completed().facts
/** A resumed run, beside a whole one that ended in the same way. */
const beside = (story: LogBuilder): [readonly Fact[], readonly Fact[]] => {
  const ends = story.facts.filter(({ type }) => !type.startsWith('task.assigned'))
  return [ends, story.facts]
}
const slice = { tokens: 10, costMicros: 0 }

describeCrossRun(resumeEquivalence)({
  holds: {
    'when a live attempt was lost by the restart and done again': () => [
      whole(),
      recover(one().begin('a')).same().lose('a', 'restart').done('a').completed().facts,
    ],
    'when nothing was left to do': () => [plain(), recover(twoTasks({ a: 1, b: [2] })).completed().facts],
    'when retries go on where they were': () =>
      beside(recover(one().begin('a').fail('a')).wait(200).begin('a').fail('a').wait(200).done('a').completed()),
    'when a reservation is settled after the crash': () =>
      beside(
        recover(
          one()
            .assign('a')
            .same()
            .fact('budget.reserved', { task: 'a', epoch: 1, ...slice })
            .start('a'),
        )
          .same()
          .lose('a', 'restart')
          .same()
          .fact('budget.settled', { task: 'a', epoch: 1, tokens: 0, costMicros: 0 })
          .done('a')
          .completed(),
      ),
  },
  breaks: {
    ...DIFFERENT_STATES,
    again: {
      'when what was accepted is done again': () => [whole(), recover(one().done('a')).done('a').completed().facts],
    },
    attempts: {
      'when the count of retries starts anew': () =>
        beside(recover(one().begin('a').fail('a')).wait(200).assign('a', { retry: 0 }).start('a').succeed('a')),
    },
    epochs: {
      'when epochs start anew': () =>
        beside(recover(one().begin('a')).same().lose('a', 'restart').assign('a', { epoch: 1 }).start('a').succeed('a')),
    },
    budget: {
      'when a reservation is forgotten': () =>
        beside(
          recover(
            one()
              .assign('a')
              .same()
              .fact('budget.reserved', { task: 'a', epoch: 1, ...slice })
              .start('a'),
          )
            .same()
            .lose('a', 'restart')
            .done('a')
            .completed(),
        ),
    },
    cancelled: {
      'when a cancelled task is worked on': () => beside(recover(one().cancelTask('a')).begin('a')),
      'when a task of a cancelled run is worked on': () => beside(recover(one().cancelRun()).task('b').begin('b')),
    },
  },
})
