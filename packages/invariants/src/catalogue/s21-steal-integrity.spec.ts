import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { stealIntegrity } from './s21-steal-integrity.ts'

const one = () =>
  log()
    .run({ slots: ['worker/1', 'worker/2'] })
    .task('a')
const placed = () => one().place('a', 'worker/1')

describeInvariant(stealIntegrity, {
  holds: {
    'when a placed task is stolen': () => placed().steal('a', 'worker/2').start('a').succeed('a').completed(),
    'when the slot it was placed on leaves': () => placed().leave('worker/1').done('a').completed(),
    'when the run is paused': () =>
      placed()
        .fact('run.paused', { by: 'ada', reason: 'lunch' })
        .fact('run.resumed', { by: 'ada' })
        .begin('a', { slot: 'worker/2' })
        .succeed('a')
        .completed(),
    'when its manager is recovered': () =>
      placed()
        .fact('manager.recovered', { managerEpoch: 2, owner: 'next' })
        .begin('a', { slot: 'worker/2' })
        .succeed('a')
        .completed(),
    'when it is tried again on another slot': () =>
      placed()
        .begin('a', { slot: 'worker/1' })
        .fail('a')
        .wait(200)
        .begin('a', { slot: 'worker/2' })
        .succeed('a')
        .completed(),
  },
  breaks: {
    leased: {
      'when a started task is placed': () => one().begin('a').place('a', 'worker/2'),
      'when a task is placed whose result is being published': () =>
        one().begin('a').succeed('a', ['x']).place('a', 'worker/2'),
    },
    early: {
      'when it waits for another': () =>
        one()
          .task('b', { dependsOn: ['a'] })
          .place('b', 'worker/2'),
      'when its backoff is not over': () => one().begin('a').fail('a').place('a', 'worker/2'),
    },
    twice: { 'when two slots have it': () => placed().place('a', 'worker/2') },
    elsewhere: {
      'when an idle slot takes it without a word': () => placed().begin('a', { slot: 'worker/2' }),
    },
    forbidden: {
      'when the strategy keeps places': () => one().place('a', 'worker/1', { steal: false }).steal('a', 'worker/2'),
    },
    nothing: {
      'when it was placed nowhere': () => one().steal('a', 'worker/2'),
      'when it was placed on the very slot': () => placed().steal('a', 'worker/1'),
    },
    absent: {
      'when the slot has left': () => one().leave('worker/1').place('a', 'worker/1'),
    },
  },
})
