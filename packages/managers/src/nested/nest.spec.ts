import type { AnyManager, Decision, Manager, Message, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  amend,
  cancelGroup,
  cancelRun,
  cancelSubtree,
  cancelTask,
  delegate,
  fail,
  finish,
  openGroup,
  partial,
  plan,
  task,
  waive,
  wake,
} from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import { foldManager } from '../define/fold-manager.ts'
import { fakeRun, picks, sessionOf } from '../fake-run.fixture.ts'
import { dynamic } from '../variants/dynamic.ts'
import { fanOut } from '../variants/fan-out.ts'
import { nest } from './nest.ts'
import type { Part } from './part.ts'

/** Any managers side by side, each with the goal of the run; finishes with how each of them ended. */
function besideEachOther(managers: Readonly<Record<string, AnyManager>>): Manager {
  return defineManager({
    name: 'beside-each-other',
    program(inbox$, view) {
      const parts: Part[] = []
      return inbox$.pipe(
        decide((message) => {
          if (message.type === 'goal') {
            for (const [name, manager] of Object.entries(managers)) parts.push(nest(name, manager, message.goal, view))
            return parts.flatMap((part) => part.begin(message.seq))
          }
          const isForAll = message.type === 'steer' || message.type === 'settled'
          const told = parts.flatMap((part) => (isForAll || part.owns(message) ? part.take(message) : []))
          if (message.type !== 'settled' || told.length > 0) return told
          return finish(parts.map(({ name, end, contains, missing }) => ({ name, end, contains, missing })))
        }),
      )
    },
  })
}

const echo = ({ body }: Task) => ({ result: body })
const named = (ids: readonly string[]) => ids.map((id) => task('echo', id, { id }))

const crawl = (links: Record<string, string[]>) =>
  dynamic({
    start: () => named(['a']),
    discovered: (id: string) => task('echo', id, { id, purpose: String(links) }),
  })
const failingBad = ({ id, body }: Task) => (id === 'bad/a' ? { outcome: 'failed' as const } : { result: body })

describe('nest', () => {
  it('names the tasks of a part after it, in a group of its own, and lets it see its own names', () => {
    const seen: unknown[] = []
    const inner = foldManager({
      name: 'inner',
      initial: () => null,
      on: {
        goal: () =>
          delegate([task('echo', 1, { id: 'a' }), task('echo', 2, { id: 'b', dependsOn: ['a'], group: 'g' })]),
        outcome: (_, { task: id }, view) => {
          seen.push([id, view.task(id)?.spec, Array.from(view.tasks(), ({ spec }) => spec.id), view.tally.unresolved])
        },
        settled: (_, __, view) => finish([view.goal, view.run, Array.from(view.group('g'), ({ spec }) => spec.id)]),
      },
    })
    const { end, log } = fakeRun(besideEachOther({ one: inner }), { goal: 'the goal', work: echo })
    expect(log[0]?.decisions).toEqual([
      {
        type: 'delegate',
        tasks: [
          { id: 'one/a', type: 'echo', body: 1, group: 'one' },
          { id: 'one/b', type: 'echo', body: 2, dependsOn: ['one/a'], group: 'one/g' },
        ],
      },
    ])
    expect(seen).toEqual([
      ['a', { id: 'a', type: 'echo', body: 1 }, ['a', 'b'], 1],
      ['b', { id: 'b', type: 'echo', body: 2, dependsOn: ['a'], group: 'g' }, ['a', 'b'], 0],
    ])
    expect(end).toMatchObject({
      result: [
        {
          name: 'one',
          end: { type: 'finished', result: ['the goal', 'r', ['b']] },
          contains: ['one/a', 'one/b'],
          missing: [],
        },
      ],
    })
  })

  it('tells a part that all is settled when its own tasks have ended, while others go on', () => {
    const parts = besideEachOther({
      first: fanOut({ name: 'first', start: () => named(['a']) }),
      second: fanOut({ name: 'second', start: () => named(['a', 'b']) }),
    })
    const order: string[] = []
    fakeRun(parts, { goal: null, work: echo }, (session, message) => {
      const delivery = session.deliver(message)
      order.push(message.type === 'outcome' ? message.task : message.type)
      return delivery
    })
    expect(order).toEqual(['goal', 'first/a', 'second/a', 'second/b', 'settled'])
  })

  it('M-42: gives parts that use the same ids tasks of their own, in every order of arrival', () => {
    const links = { a: ['b', 'c'], b: ['a'], c: ['d'] } as Record<string, string[]>
    const both = besideEachOther({ left: crawl(links), right: crawl(links) })
    const work = ({ id, body }: Task) => ({ result: body, discovered: links[id.split('/')[1] ?? ''] ?? [] })
    const expected = ['a', 'b', 'c', 'd']
    fc.assert(
      fc.property(fc.array(fc.nat()), (choices) => {
        const { end } = fakeRun(both, { goal: null, work, pick: picks(choices) })
        expect(end).toMatchObject({
          result: ['left', 'right'].map(() => ({
            end: { result: { result: expected, contains: expected, missing: [] } },
          })),
        })
      }),
    )
  })

  it('nests as deep as one likes', () => {
    const deep = besideEachOther({
      a: besideEachOther({ b: besideEachOther({ c: fanOut({ name: 'x', start: () => named(['t']) }) }) }),
    })
    const { end, view } = fakeRun(deep, { goal: null, work: echo })
    expect(Array.from(view.tasks(), ({ spec }) => [spec.id, spec.group])).toEqual([['a/b/c/t', 'a/b/c']])
    expect(end).toMatchObject({
      result: [{ end: { result: [{ end: { result: [{ end: { result: { result: ['t'] } } }] } }] } }],
    })
  })

  it('turns every decision of a part into one about itself', () => {
    const all: Decision[] = [
      delegate(task('echo', 1, { id: 'a' })),
      delegate(task('echo', 1, { id: 'b' }), { parent: 'a', plan: 'p' }),
      plan('p', 'for what'),
      wake('w', 5),
      amend({ replace: [task('echo', 2, { id: 'a' })], withdraw: ['b'] }),
      cancelTask('a', 'why'),
      cancelSubtree('a', 'why'),
      cancelGroup('g', 'why'),
      openGroup('g', { slotsMax: 2 }),
      waive('a', 'why'),
      partial(7),
      cancelRun('why'),
    ]
    const manager = defineManager({
      name: 'all',
      program: (inbox$) => inbox$.pipe(decide(({ type }) => (type === 'goal' ? all : []))),
    })
    const [session] = sessionOf(besideEachOther({ x: manager }))
    expect(session.deliver({ type: 'goal', seq: 1, goal: null }).decisions).toEqual([
      { type: 'delegate', tasks: [{ id: 'x/a', type: 'echo', body: 1, group: 'x' }] },
      { type: 'delegate', tasks: [{ id: 'x/b', type: 'echo', body: 1, group: 'x' }], plan: 'x/p', parent: 'x/a' },
      { type: 'plan', request: 'x/p', goal: 'for what' },
      { type: 'wake', wake: 'x/w', at: 5 },
      { type: 'amend', replace: [{ id: 'x/a', type: 'echo', body: 2, group: 'x' }], withdraw: ['x/b'] },
      { type: 'cancel', scope: { kind: 'task', task: 'x/a' }, reason: 'why' },
      { type: 'cancel', scope: { kind: 'subtree', task: 'x/a' }, reason: 'why' },
      { type: 'cancel', scope: { kind: 'group', group: 'x/g' }, reason: 'why' },
      { type: 'group', group: { name: 'x/g', slotsMax: 2 } },
      { type: 'waive', tasks: ['x/a'], reason: 'why' },
      { type: 'partial', value: { part: 'x', value: 7 } },
      { type: 'cancel', scope: { kind: 'group', group: 'x' }, reason: 'why' },
    ])
  })

  it('lets a part hear what is its own, under its own names, and what is for all', () => {
    const heard: Message[] = []
    const listener = defineManager({
      name: 'listener',
      program: (inbox$) =>
        inbox$.pipe(
          decide((message) => {
            heard.push(message)
            return message.type === 'goal' ? [delegate(named(['a', 'b'])), plan('p', null), wake('w', 1)] : []
          }),
        ),
    })
    const [session] = sessionOf(besideEachOther({ x: listener, y: fanOut({ name: 'y', start: () => [] }) }), 'goal')
    const error = { code: 'WAIVER_REFUSED', message: 'no' } as const
    const messages: Message[] = [
      { type: 'goal', seq: 1, goal: 'goal' },
      { type: 'steer', seq: 2, text: 'faster', by: 'ada' },
      { type: 'discovered', seq: 3, task: 'x/a', attempt: 'r/x/a@1', item: 1 },
      { type: 'discovered', seq: 4, task: 'y/a', attempt: 'r/y/a@1', item: 1 },
      { type: 'emitted', seq: 5, task: 'x/a', attempt: 'r/x/a@1', value: 1 },
      { type: 'plan', seq: 6, plan: 'x/p', tasks: [] },
      { type: 'plan', seq: 7, plan: 'y/p', tasks: [] },
      { type: 'woke', seq: 8, wake: 'x/w' },
      { type: 'refused', seq: 9, decision: 'waive', error: { ...error, at: 'x/a' } },
      { type: 'refused', seq: 10, decision: 'waive', error: { ...error, at: 'y/a' } },
      { type: 'outcome', seq: 11, run: 'r', task: 'x/b', taskType: 'echo', outcome: 'skipped', because: 'x/a' },
    ]
    for (const message of messages) session.deliver(message)
    expect(heard).toEqual([
      { type: 'goal', seq: 1, goal: 'goal' },
      { type: 'steer', seq: 2, text: 'faster', by: 'ada' },
      { type: 'discovered', seq: 3, task: 'a', attempt: 'r/x/a@1', item: 1 },
      { type: 'emitted', seq: 5, task: 'a', attempt: 'r/x/a@1', value: 1 },
      { type: 'plan', seq: 6, plan: 'p', tasks: [] },
      { type: 'woke', seq: 8, wake: 'w' },
      { type: 'refused', seq: 9, decision: 'waive', error: { ...error, at: 'x/a' } },
      { type: 'outcome', seq: 11, run: 'r', task: 'b', taskType: 'echo', outcome: 'skipped', because: 'a' },
    ])
  })

  it('M-55: names what a part lacks, and what was refused, as the run does', () => {
    const parts = besideEachOther({
      good: fanOut({ name: 'good', start: () => named(['a']) }),
      bad: fanOut({ name: 'bad', start: () => named(['a', 'b']) }),
    })
    expect(fakeRun(parts, { goal: null, work: failingBad }).end).toMatchObject({
      result: [
        { contains: ['good/a'], missing: [] },
        { contains: ['bad/b'], missing: [{ task: 'bad/a', outcome: 'failed' }] },
      ],
    })
    expect(fakeRun(parts, { goal: null, work: failingBad, tasksMax: 2 }).end).toMatchObject({
      result: [
        { end: { type: 'finished' }, contains: ['good/a'] },
        { end: { type: 'finished', result: { refused: [{ task: 'a' }, { task: 'b' }] } }, contains: [] },
      ],
    })
  })

  it.each<readonly [string, Manager, string]>([
    [
      'fails',
      foldManager({ name: 'x', initial: () => 0, on: { goal: () => fail('no idea'), settled: () => [] } }),
      'no idea',
    ],
    [
      'throws',
      foldManager({
        name: 'x',
        initial: () => 0,
        on: {
          goal: () => {
            throw new Error('oh no')
          },
          settled: () => [],
        },
      }),
      'oh no',
    ],
    [
      'decides nothing',
      foldManager({ name: 'x', initial: () => 0, on: { goal: () => [], settled: () => [] } }),
      'decided nothing',
    ],
    [
      'delegates what is there already whenever all is settled',
      foldManager({
        name: 'x',
        initial: () => 0,
        on: { goal: () => delegate(named(['a'])), settled: () => delegate(named(['a'])) },
      }),
      'decided nothing',
    ],
    [
      'ends its stream',
      defineManager({ name: 'x', program: () => new Observable((subscriber) => subscriber.complete()) }),
      'completed without finishing',
    ],
    [
      'decides no decision',
      defineManager({
        name: 'x',
        program: () => new Observable((subscriber) => subscriber.next({ type: 'x' } as never)),
      }),
      'type',
    ],
    [
      'does not take the goal',
      {
        name: 'x',
        program: () => new Observable(),
        checkGoal: () => {
          throw new Error('a number, please')
        },
      },
      'a number, please',
    ],
  ])('ends a part as failed that %s, and no other', (_, manager, reason) => {
    const { end } = fakeRun(besideEachOther({ x: manager, y: fanOut({ name: 'y', start: () => named(['a']) }) }), {
      goal: null,
      work: echo,
    })
    expect(end).toMatchObject({
      result: [
        { name: 'x', end: { type: 'failed', reason: expect.stringContaining(reason) } },
        { name: 'y', end: { type: 'finished' } },
      ],
    })
  })

  it('cancels what is left of a part that fails', () => {
    const giving = foldManager({
      name: 'x',
      initial: () => null,
      on: { goal: () => delegate(named(['a', 'b', 'c'])), outcome: () => fail('enough'), settled: () => [] },
    })
    const { end } = fakeRun(besideEachOther({ x: giving, y: fanOut({ name: 'y', start: () => named(['a']) }) }), {
      goal: null,
      work: echo,
    })
    expect(end).toMatchObject({
      result: [
        {
          contains: ['x/a'],
          missing: [
            { task: 'x/b', outcome: 'cancelled' },
            { task: 'x/c', outcome: 'cancelled' },
          ],
        },
        { contains: ['y/a'], missing: [] },
      ],
    })
  })

  it('refuses an early finish and an unknown parent as a run would', () => {
    const heard: unknown[] = []
    const hasty = foldManager({
      name: 'x',
      initial: () => null,
      on: {
        goal: () => [delegate(named(['a'])), finish('too early'), delegate(named(['b']), { parent: 'ghost' })],
        refused: (_, { decision, error }) => {
          heard.push([decision, error.code])
        },
        settled: () => finish('now'),
      },
    })
    const { end, view } = fakeRun(besideEachOther({ x: hasty }), { goal: null, work: echo })
    expect(heard).toEqual([
      ['finish', 'RUN_UNRESOLVED'],
      ['delegate', 'TASK_UNKNOWN'],
    ])
    expect(Array.from(view.tasks(), ({ spec }) => spec.id)).toEqual(['x/a'])
    expect(end).toMatchObject({ result: [{ end: { type: 'finished', result: 'now' } }] })
  })

  it('does not wait for detached tasks, and still accounts for them (M-33)', () => {
    const detaching = fanOut({
      name: 'x',
      start: () => [task('echo', 1, { id: 'slow', wait: 'detached' }), task('echo', 2, { id: 'quick' })],
    })
    const { end } = fakeRun(besideEachOther({ x: detaching }), {
      goal: null,
      work: ({ id, body }) => ({ result: body, ...(id === 'x/slow' ? { outcome: 'lost' as const } : {}) }),
      pick: (count) => count - 1,
    })
    expect(end).toMatchObject({
      result: [
        {
          end: { type: 'finished', result: { result: [2], contains: ['quick'] } },
          contains: ['x/quick'],
          missing: [{ task: 'x/slow', outcome: 'lost' }],
        },
      ],
    })
  })

  it('opens a part again when a person has its tasks tried again', () => {
    const [session] = sessionOf(besideEachOther({ x: fanOut({ name: 'x', start: () => named(['a']) }) }))
    const outcome = (id: string, how: 'failed' | 'succeeded') =>
      session.deliver({ type: 'outcome', seq: 1, run: 'r', task: id, taskType: 'echo', outcome: how, result: 'A' })
    session.deliver({ type: 'goal', seq: 1, goal: null })
    outcome('x/a', 'failed')
    expect(session.deliver({ type: 'settled', seq: 1 }).decisions).toMatchObject([
      { type: 'finish', result: [{ missing: [{ task: 'x/a' }] }] },
    ])
    session.reopen()
    outcome('x/a~2', 'succeeded')
    expect(session.deliver({ type: 'settled', seq: 1 }).decisions).toMatchObject([
      { type: 'finish', result: [{ end: { result: { result: ['A'] } }, contains: ['x/a~2'], missing: [] }] },
    ])
  })

  it('T-12: reports what a part decides outside of a delivery, as of any manager', async () => {
    let late: (() => void) | undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    const tardy = defineManager({
      name: 'tardy',
      program: () =>
        new Observable<Decision>((subscriber) => {
          late = () => {
            subscriber.next(finish(null))
            resolve()
          }
        }),
    })
    const [session, violations] = sessionOf(besideEachOther({ x: tardy }))
    session.deliver({ type: 'goal', seq: 1, goal: null })
    queueMicrotask(() => late?.())
    await promise
    expect(violations).toMatchObject([{ code: 'MANAGER_DECISION_LATE' }])
  })

  it('refuses a name that is no single segment of an id', () => {
    const manager = fanOut({ name: 'x', start: () => [] })
    for (const name of ['', 'a/b', '..', 'a b']) {
      const [session] = sessionOf(besideEachOther({ [name]: manager }))
      expect(session.deliver({ type: 'goal', seq: 1, goal: null }).failure?.code).toBe('PLUGIN_INVALID')
    }
  })
})
