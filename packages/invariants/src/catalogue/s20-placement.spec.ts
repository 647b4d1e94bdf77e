import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log } from '../fixtures/log.fixture.ts'
import { placement } from './s20-placement.ts'

const use = (mode: 'read' | 'write') => ({ uses: [{ resource: 'db', mode }] })
const pair = (a: 'read' | 'write', b: 'read' | 'write') => log().run().task('a', use(a)).task('b', use(b))
const excluding = () =>
  log()
    .run()
    .task('a', { excludes: ['gpu'] })
    .task('b', { excludes: ['gpu'] })

describeInvariant(placement, {
  holds: {
    'when two read': () => pair('read', 'read').begin('a').begin('b').succeed('a').succeed('b').completed(),
    'when writers follow each other': () => pair('write', 'write').done('a').done('b').completed(),
    'when a lost writer gives its resource back': () =>
      pair('write', 'write').begin('a').lose('a', 'host').done('b').wait(200).done('a').completed(),
    'when exclusive tasks follow each other': () => excluding().done('a').done('b').completed(),
    'when as many tasks are placed as the strategy says': () =>
      log()
        .run({ slots: ['worker/1'] })
        .task('a')
        .task('b')
        .task('c')
        .begin('a')
        .place('b', 'worker/1')
        .place('c', 'worker/1')
        .succeed('a')
        .done('b')
        .done('c')
        .completed(),
    'when the worker has the skill': () =>
      log()
        .run({ workers: [{ name: 'worker', skills: ['maths'] }] })
        .task('a', { skills: ['maths'] })
        .done('a')
        .completed(),
  },
  breaks: {
    type: {
      'when the worker handles another type': () => log().run().task('a', { type: 'sing' }).begin('a'),
      'when it is placed on one that does': () => log().run().task('a', { type: 'sing' }).place('a', 'worker/1'),
    },
    full: {
      'when a third one is placed where two may be': () =>
        ['b', 'c', 'd'].reduce((story, id) => story.task(id).place(id, 'worker/1'), log().run().task('a').begin('a')),
    },
    bound: {
      'when it uses something': () => pair('read', 'write').begin('a').place('b', 'worker/1'),
      'when it has a part of the budget': () =>
        log()
          .run()
          .task('a', { limits: { tokensMax: 5 } })
          .place('a', 'worker/1'),
    },
    skill: {
      'when the worker lacks a skill': () =>
        log()
          .run()
          .task('a', { skills: ['maths'] })
          .begin('a'),
    },
    resource: {
      'when two write': () => pair('write', 'write').begin('a').begin('b'),
      'when one reads what another writes': () => pair('write', 'read').begin('a').begin('b'),
      'when one writes what another reads': () => pair('read', 'write').begin('a').begin('b'),
    },
    label: { 'when two share a label': () => excluding().begin('a').begin('b') },
  },
})
