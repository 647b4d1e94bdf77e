import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { priorityFirst } from './q03-priority.ts'

const high = { priority: 5 }
const one = () => log().run({ slots: ['worker/1'] })

describeInvariant(priorityFirst, {
  holds: {
    'when the higher one goes first': () => one().task('low').task('high', high).done('high').done('low').completed(),
    'when the higher one comes while the lower one runs': () =>
      one().task('low').begin('low').task('high', high).succeed('low').done('high').completed(),
    'when the higher one still waits for another': () =>
      one()
        .task('low')
        .task('high', { ...high, dependsOn: ['low'] })
        .done('low')
        .done('high')
        .completed(),
    'when the higher one cannot use the slot': () => {
      const workers = [{ name: 'worker' }, { name: 'digger', handles: 'dig' }]
      const story = log()
        .run({ workers, slots: ['worker/1'] })
        .task('high', { ...high, type: 'dig' })
        .task('low')
        .done('low')
      return story.join('digger/1').begin('high', { slot: 'digger/1', worker: 'digger' }).succeed('high').completed()
    },
    'when the higher one lacks the budget': () =>
      log()
        .run({ limits: { tokensMax: 100 } })
        .task('x', { limits: { tokensMax: 60 } })
        .assign('x', { slice: { tokens: 60, costMicros: 0 } })
        .same()
        .fact('budget.reserved', { task: 'x', epoch: 1, tokens: 60, costMicros: 0 })
        .task('high', { ...high, limits: { tokensMax: 60 } })
        .task('low')
        .done('low'),
  },
  breaks: {
    inversion: {
      'when the lower one goes first': () => one().task('low').task('high', high).done('low'),
      'when no priority counts as more than one': () => one().task('low', { priority: -1 }).task('plain').done('low'),
      'when the backoff of the higher one is over': () =>
        one().task('high', high).begin('high').fail('high').task('low').wait(200).done('low'),
    },
  },
})
