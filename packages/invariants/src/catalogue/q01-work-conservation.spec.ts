import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { workConservation } from './q01-work-conservation.ts'

const two = (setup: Parameters<LogBuilder['run']>[0] = {}) => log().run(setup)
const db = { uses: [{ resource: 'db', mode: 'write' as const }] }
const costly = { limits: { tokensMax: 60 } }
const reserve = (story: LogBuilder, task: string) =>
  story
    .assign(task, { slice: { tokens: 60, costMicros: 0 } })
    .same()
    .fact('budget.reserved', { task, epoch: 1, tokens: 60, costMicros: 0 })
const settle = (story: LogBuilder, task: string) =>
  story
    .fact('attempt.succeeded', { task, epoch: 1, result: null, outputs: [] })
    .same()
    .fact('budget.settled', { task, epoch: 1, tokens: 0, costMicros: 0 })
    .same()
    .outcome(task, 'succeeded')

/** Ends the input of the last fact and lets the run go on. */
const after = (story: LogBuilder) => story.fact('steer.received', { text: 'on', by: 'ada' })

describeInvariant(workConservation, {
  holds: {
    'when tasks are assigned in the input that brings them': () => two().task('a').same().done('a').completed(),
    'when all slots are busy': () =>
      two({ slots: ['worker/1'] })
        .task('a')
        .same()
        .assign('a')
        .start('a')
        .task('b')
        .succeed('a')
        .same()
        .done('b')
        .completed(),
    'when the bound of a group is reached': () =>
      two()
        .group('g', { slotsMax: 1 })
        .task('a', { group: 'g' })
        .same()
        .assign('a')
        .start('a')
        .task('b', { group: 'g/in' })
        .succeed('a')
        .same()
        .done('b')
        .completed(),
    'when the cap on attempts is reached': () =>
      two({ limits: { slotsMax: 1 } })
        .task('a')
        .same()
        .assign('a')
        .start('a')
        .task('b')
        .succeed('a')
        .same()
        .done('b')
        .completed(),
    'when the cap on the worker is reached': () =>
      two({ workers: [{ name: 'worker', slotsMax: 1 }] })
        .task('a')
        .same()
        .assign('a')
        .start('a')
        .task('b')
        .succeed('a')
        .same()
        .done('b')
        .completed(),
    'when the start rate is reached': () => {
      const story = two({ limits: { startsPerSecondMax: 1 } })
        .task('a')
        .same()
        .begin('a')
        .task('b')
      return story.wait(999).succeed('a').wait(1).done('b').completed()
    },
    'when another holds a resource': () =>
      two().task('a', db).same().begin('a').task('b', db).succeed('a').same().done('b').completed(),
    'when others have reserved the budget': () =>
      settle(
        reserve(
          settle(
            reserve(
              two({ limits: { tokensMax: 100 } })
                .task('a', costly)
                .same(),
              'a',
            )
              .start('a')
              .task('b', costly),
            'a',
          ).same(),
          'b',
        ).start('b'),
        'b',
      ).completed(),
    'when a backoff is not over': () =>
      two()
        .task('a')
        .same()
        .begin('a')
        .fail('a')
        .task('b')
        .same()
        .begin('b')
        .wait(100)
        .succeed('b')
        .wait(100)
        .done('a')
        .completed(),
    'when the run is paused': () =>
      after(two().fact('run.paused', { by: 'ada', reason: 'lunch' }).task('a'))
        .fact('run.resumed', { by: 'ada' })
        .same()
        .done('a')
        .completed(),
    'when the free slot cannot do the task': () => {
      const workers = [{ name: 'worker' }, { name: 'digger', handles: 'dig' }]
      const story = two({ workers, slots: ['worker/1'] }).task('a', { type: 'dig' })
      return after(story)
        .join('digger/1')
        .same()
        .begin('a', { slot: 'digger/1', worker: 'digger' })
        .succeed('a')
        .completed()
    },
    'when the free slot lacks a skill': () => {
      const workers = [{ name: 'worker' }, { name: 'smith', skills: ['iron'] }]
      const story = two({ workers, slots: ['worker/1'] }).task('a', { skills: ['iron'] })
      return after(story)
        .join('smith/1')
        .same()
        .begin('a', { slot: 'smith/1', worker: 'smith' })
        .succeed('a')
        .completed()
    },
    'when a slot has left': () =>
      after(
        two({ slots: ['worker/1'] })
          .leave('worker/1')
          .task('a'),
      )
        .join('worker/1')
        .same()
        .done('a')
        .completed(),
  },
  breaks: {
    idle: {
      'when a task waits beside a free slot': () => after(two().task('a')),
      'when the end of an attempt wakes nobody': () =>
        after(
          two({ slots: ['worker/1'] })
            .task('a')
            .same()
            .begin('a')
            .task('b')
            .succeed('a'),
        ),
      'when a dependant is forgotten': () =>
        after(
          two()
            .task('a')
            .same()
            .task('b', { dependsOn: ['a'] })
            .same()
            .begin('a')
            .succeed('a'),
        ),
      'when the end of a backoff is missed': () => after(after(two().task('a').same().begin('a').fail('a').wait(200))),
      'when a resource is given back and nobody looks': () =>
        after(two().task('a', db).same().begin('a').task('b', db).succeed('a')),
      'when a slot joins and nobody looks': () => after(two({ slots: [] }).task('a').join('worker/1')),
      'when the run goes on and nobody looks': () =>
        after(two().fact('run.paused', { by: 'ada', reason: 'lunch' }).task('a').fact('run.resumed', { by: 'ada' })),
      'when a limit is raised and nobody looks': () =>
        after(
          two({ limits: { slotsMax: 1 } })
            .task('a')
            .same()
            .begin('a')
            .task('b')
            .limits({ slotsMax: 2 }),
        ),
      'when one slot is free for a task of two workers': () =>
        after(
          two({
            workers: [{ name: 'worker', slotsMax: 1 }, { name: 'other' }],
            slots: ['worker/1', 'worker/2', 'other/1'],
          })
            .task('a')
            .same()
            .begin('a')
            .task('b'),
        ),
    },
  },
})
