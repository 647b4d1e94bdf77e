import type { FactOf } from '@bosun/core'
import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { aggregation } from './s16-aggregation.ts'

const pair = () => log().run().task('a').task('b')
const part = (epoch = 1) => ({ task: 'a', epoch, value: 'part' })
const told = (story: LogBuilder, kind: FactOf<'message.delivered'>['kind'], ref: number) =>
  story.fact('message.delivered', { kind, ref })
const settled = (story: LogBuilder) => told(story, 'settled', 0)

describeInvariant(aggregation, {
  holds: {
    'when all is told in order and then settled': () => settled(pair().done('a').done('b').hear()).completed(),
    'when the run ends before all is told': () => pair().done('a').hear().done('b').completed(),
    'when parts, findings, words and refusals are told': () =>
      pair()
        .refuse('z')
        .begin('a')
        .fact('attempt.emitted', part())
        .hear()
        .fact('task.discovered', { task: 'a', epoch: 1, item: null })
        .fact('steer.received', { text: 'faster', by: 'ada' })
        .succeed('a')
        .done('b')
        .hear()
        .waive(['z'])
        .completed(),
    'when the manager hears the answer to its own question, and of no other': () =>
      pair()
        .fact('manager.asked', { approval: 'a1', request: 'q', question: 'go on?' })
        .fact('approval.given', { approval: 'a1', granted: true, by: 'ada', reason: '' })
        .hear()
        .begin('a')
        .ask('a', { approval: 'a2' })
        .answer('a', { approval: 'a2' })
        .succeed('a')
        .done('b')
        .hear()
        .completed(),
    'when a wake comes between': () =>
      pair()
        .done('a')
        .fact('wake.set', { wake: 'w', wakeAt: 50 })
        .wait(50)
        .fact('message.delivered', { kind: 'woke', ref: 0, wake: 'w' })
        .hear()
        .done('b')
        .completed(),
    'when parts of a first attempt are told after its loss': () =>
      pair()
        .begin('a')
        .fact('attempt.emitted', part())
        .lose('a', 'host')
        .hear()
        .wait(200)
        .begin('a')
        .fact('attempt.emitted', part(2))
        .succeed('a')
        .done('b')
        .hear()
        .completed(),
  },
  breaks: {
    order: {
      'when an outcome is told twice': () => {
        const story = pair().done('a').hear()
        return told(story, 'outcome', story.seq - 1)
      },
      'when the goal is left out': () => {
        const story = pair().done('a')
        return told(story, 'outcome', story.seq)
      },
      'when two outcomes change places': () => {
        const story = told(pair(), 'goal', 1).done('a')
        const first = story.seq
        return told(told(story.done('b'), 'outcome', story.seq), 'outcome', first)
      },
      'when the message tells of nothing': () => told(told(pair(), 'goal', 1), 'outcome', 2),
    },
    kind: {
      'when a finding is told as an outcome': () => {
        const story = pair().begin('a').hear().fact('task.discovered', { task: 'a', epoch: 1, item: null })
        return told(story, 'outcome', story.seq)
      },
    },
    settled: {
      'when a task is still at work': () => settled(pair().done('a').begin('b').hear()),
      'when an outcome was not told': () => settled(pair().done('a').hear().done('b')),
    },
    late: {
      'when a part comes after the end': () => pair().done('a').fact('attempt.emitted', part()),
      'when a finding comes from a lost attempt': () =>
        pair()
          .begin('a')
          .lose('a', 'host')
          .wait(200)
          .begin('a')
          .fact('task.discovered', { task: 'a', epoch: 1, item: null }),
    },
    early: { 'when a task is still at work': () => pair().done('a').begin('b').completed() },
  },
})
