import { describeInvariant } from '../fixtures/describe-invariant.fixture.ts'
import { log, type LogBuilder } from '../fixtures/log.fixture.ts'
import { approvals } from './s23-approvals.ts'

const one = (ask: string[] = []) =>
  log()
    .run({ retry: { retriesMax: 2, backoffMs: 0 }, policy: { ask } })
    .task('a')
const asking = (ask: string[] = []) => one(ask).begin('a').ask('a')
const manager = () => one().fact('manager.asked', { approval: 'a1', request: 'q', question: 'go on?' })
const given = (story: LogBuilder, granted = true) =>
  story.fact('approval.given', { approval: 'a1', granted, by: 'ada', reason: '' })
const applied = (story: LogBuilder, epoch: number, granted = true) =>
  story.fact('approval.applied', { task: 'a', epoch, approval: 'a1', granted })
const call = (story: LogBuilder, approval?: string) =>
  story.fact('tool.called', {
    task: 'a',
    epoch: 1,
    tool: 'files.write',
    name: 'write',
    ms: 1,
    ...(approval === undefined ? {} : { approval }),
  })

describeInvariant(approvals, {
  holds: {
    'when a person permits a call': () =>
      call(asking(['files.write']).answer('a'), 'a1')
        .succeed('a')
        .completed(),
    'when a person denies it': () => asking().answer('a', { granted: false }).succeed('a').completed(),
    'when the next attempt waits for the same answer': () =>
      asking().lose('a', 'host').begin('a').ask('a').answer('a').succeed('a').completed(),
    'when the answer comes while nobody waits, and the next attempt is told': () =>
      applied(given(asking().lose('a', 'host')).begin('a'), 2)
        .succeed('a')
        .completed(),
    'when two calls wait': () =>
      asking()
        .ask('a', { approval: 'a2', call: { key: 'k2', tool: 'files.write', rule: 'files.write', input: '{}' } })
        .answer('a', { approval: 'a2' })
        .answer('a')
        .succeed('a')
        .completed(),
    'when nobody answers before the attempt ends': () => asking().succeed('a').completed(),
    'when a call waits for longer than its attempt may work': () =>
      log()
        .run({ retry: { retriesMax: 0 } })
        .task('a', { limits: { timeoutMs: 500 } })
        .begin('a')
        .wait(400)
        .ask('a')
        .wait(9_000)
        .answer('a')
        .wait(100)
        .lose('a', 'timeout')
        .failed(),
    'when the manager asks and hears the answer': () => given(manager()).hear().done('a').completed(),
    'when a call needs nobody': () =>
      call(one(['files.read']).begin('a'))
        .ask('a')
        .answer('a')
        .succeed('a')
        .completed(),
  },
  breaks: {
    question: {
      'when an attempt asks that is over': () => asking().lose('a', 'host').ask('a', { epoch: 1 }),
      'when two tasks share a question': () => asking().task('b').begin('b').ask('b'),
      'when what was answered is asked again': () => asking().answer('a').ask('a'),
      'when it is asked after the end': () =>
        manager().done('a').completed().fact('manager.asked', { approval: 'a2', request: 'r', question: 'x' }),
      'when the manager asks under an id that is taken': () =>
        manager().fact('manager.asked', { approval: 'a1', request: 'r', question: 'x' }),
    },
    again: {
      'when the same call is another question': () =>
        asking().lose('a', 'host').begin('a').ask('a', { approval: 'a2' }),
      'when an attempt asks twice': () => asking().ask('a'),
    },
    unasked: { 'when nothing was asked': () => given(one()) },
    twice: { 'when a second person says something else': () => given(asking().answer('a'), false) },
    closed: {
      'when the task has ended': () => given(asking().succeed('a')),
      'when the run has ended': () => given(manager().done('a').completed()),
    },
    applied: {
      'when nobody has answered': () => applied(asking(), 1),
      'when it is the other answer': () => applied(given(asking(), false).same(), 1),
      'when the attempt is over': () => applied(given(asking().lose('a', 'host')), 1),
    },
    unheard: { 'when the attempt is not told': () => given(asking()).task('b') },
    call: {
      'when a call passes that was denied': () => call(asking().answer('a', { granted: false }), 'a1'),
      'when a call passes that nobody was asked about': () => call(one(['files.write']).begin('a').ask('a')),
    },
    silent: {
      'when the manager waits for an answer': () =>
        manager().done('a').hear().fact('message.delivered', { kind: 'settled', ref: 0 }),
    },
  },
})
