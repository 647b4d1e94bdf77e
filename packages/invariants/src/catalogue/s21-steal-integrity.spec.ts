import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { stealIntegrity } from './s21-steal-integrity.ts'

const one = () => log().run().task('a')

describeInvariant(stealIntegrity, {
  holds: {
    'when a placed task is stolen': () =>
      one()
        .fact('task.placed', { task: 'a', slot: 'worker/1' })
        .fact('task.placed', { task: 'a', slot: 'worker/2' })
        .done('a')
        .completed(),
    'when the slot it was placed on leaves': () =>
      one().fact('task.placed', { task: 'a', slot: 'worker/1' }).leave('worker/1').done('a').completed(),
    'when it is tried again on another slot': () =>
      one()
        .fact('task.placed', { task: 'a', slot: 'worker/1' })
        .begin('a', { slot: 'worker/1' })
        .fail('a')
        .wait(200)
        .begin('a', { slot: 'worker/2' })
        .succeed('a')
        .completed(),
  },
  breaks: {
    leased: {
      'when a started task is stolen': () => one().begin('a').fact('task.placed', { task: 'a', slot: 'worker/2' }),
      'when a task is placed whose result is being published': () =>
        one().begin('a').succeed('a', ['x']).fact('task.placed', { task: 'a', slot: 'worker/2' }),
    },
    elsewhere: {
      'when an idle slot takes it without a fact': () =>
        one().fact('task.placed', { task: 'a', slot: 'worker/1' }).begin('a', { slot: 'worker/2' }),
    },
    absent: {
      'when the slot has left': () => one().leave('worker/1').fact('task.placed', { task: 'a', slot: 'worker/1' }),
    },
  },
})
