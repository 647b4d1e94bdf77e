import { PlanSchema, type Message } from '@bosun/core'
import {
  animationFrameScheduler,
  asapScheduler,
  asyncScheduler,
  catchError,
  concatMap,
  delay,
  EMPTY,
  from,
  interval,
  map,
  mergeMap,
  of,
  observeOn,
  queueScheduler,
  startWith,
  Subject,
  take,
  timer,
  type Observable,
} from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { delegate, fail, finish, partial } from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import { emptyView, sessionOf } from '../fake-run.fixture.ts'
import { openSession } from './manager-session.ts'

const goal: Message = { type: 'goal', seq: 1, goal: null }
const settled: Message = { type: 'settled', seq: 2 }
const steer = (seq: number, text = ''): Message => ({ type: 'steer', seq, text, by: 'ada' })

/** A manager that answers every message with whatever `answer` gives, plain or not. */
function answering(answer: (message: Message) => unknown) {
  return defineManager({ name: 'subject', program: (inbox$) => inbox$.pipe(decide(answer as never)) })
}

function streaming(program: (inbox$: Observable<Message>) => Observable<unknown>) {
  return defineManager({ name: 'subject', program: program as never })
}

const inOperator = (use: () => unknown) => (inbox$: Observable<Message>) => inbox$.pipe(map(use))

const timers = () => [
  globalThis.setTimeout,
  globalThis.setInterval,
  globalThis.setImmediate,
  asapScheduler.schedule,
  animationFrameScheduler.schedule,
]
const realTimers = timers()

afterEach(() => {
  if (timers().some((timer, index) => timer !== realTimers[index])) throw new Error('the timers were not given back')
})

describe('a delivery', () => {
  it('collects what the program emits while the message is delivered, in order', () => {
    const [session] = sessionOf(answering(({ type }) => (type === 'goal' ? [partial(1), partial(2)] : finish('x'))))
    expect(session.deliver(goal)).toEqual({
      decisions: [
        { type: 'partial', value: 1 },
        { type: 'partial', value: 2 },
      ],
      ended: false,
    })
    expect(session.deliver(settled)).toEqual({ decisions: [{ type: 'finish', result: 'x' }], ended: true })
  })

  it('counts what is emitted on subscription as decided on the first message', () => {
    const [session] = sessionOf(
      streaming((inbox$) =>
        inbox$.pipe(
          decide(() => []),
          startWith(partial('hello')),
        ),
      ),
    )
    expect(session.deliver(goal).decisions).toEqual([partial('hello')])
    expect(session.deliver(settled).decisions).toEqual([])
  })

  it('gives the program the goal that checkGoal made', () => {
    const manager = defineManager({
      name: 'subject',
      goal: PlanSchema,
      program: (inbox$) => inbox$.pipe(decide((message) => (message.type === 'goal' ? finish(message.goal) : []))),
    })
    const plan = { tasks: [{ id: 'a', type: 'scan' }] }
    const session = openSession(manager, { goal: plan, view: emptyView(plan), onViolation: () => undefined })
    expect(session.deliver({ ...goal, goal: plan } as Message).decisions).toEqual([
      finish({ tasks: [{ id: 'a', type: 'scan', body: null }] }),
    ])
  })

  it('is refused before it begins if the goal is not what the manager accepts', () => {
    const manager = defineManager({ name: 'subject', goal: PlanSchema, program: () => EMPTY })
    const open = () => openSession(manager, { goal: { tasks: [{}] }, view: emptyView(), onViolation: () => undefined })
    expect(open).toThrowError(expect.objectContaining({ code: 'GOAL_INVALID', at: 'goal.tasks[0].id' }))
  })

  it('is never nested', () => {
    const errors: unknown[] = []
    const [session] = sessionOf(
      answering(() => {
        try {
          session.deliver(settled)
        } catch (error) {
          errors.push(error)
        }
      }),
    )
    session.deliver(goal)
    expect(errors).toEqual([expect.objectContaining({ code: 'INTERNAL' })])
  })

  it('ignores messages after finish, and hears them again when the finish is refused or the run reopened', () => {
    const [session] = sessionOf(answering(({ type }) => (type === 'goal' ? finish(1) : partial(type))))
    session.deliver(goal)
    expect(session.deliver(settled)).toEqual({ decisions: [], ended: true })
    const error = { code: 'RUN_UNRESOLVED', message: 'no' } as const
    expect(session.deliver({ type: 'refused', seq: 3, decision: 'finish', error })).toEqual({
      decisions: [partial('refused')],
      ended: false,
    })
    expect(session.deliver(settled).decisions).toEqual([partial('settled')])
  })

  it('goes on after a finish when the run is reopened', () => {
    const [session] = sessionOf(answering(({ type }) => (type === 'goal' ? fail('no') : partial(type))))
    expect(session.deliver(goal).ended).toBe(true)
    session.reopen()
    expect(session.deliver(settled)).toEqual({ decisions: [partial('settled')], ended: false })
  })

  it('is independent of what the program does to its values later', () => {
    const found = ['a']
    const [session] = sessionOf(answering(() => partial(found)))
    const { decisions } = session.deliver(goal)
    found.push('b')
    expect(decisions).toEqual([partial(['a'])])
  })
})

describe('a decision that is none', () => {
  class Page {
    path = 'x'
  }
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const task1 = { id: 'a', type: 'scan', body: null }

  it.each([
    ['a text', 'finish', 'decision', '"finish"'],
    ['nothing', null, 'decision', 'null'],
    ['an unknown type', { type: 'start' }, 'start.type', '"start"'],
    ['a missing member', { type: 'fail' }, 'fail.reason', 'undefined'],
    ['a member too many', { type: 'fail', reason: '', why: 1 }, 'fail', 'why'],
    ['a bad id in a task', delegate([task1, { ...task1, id: '../x' }]), 'delegate.tasks[1].id', '"../x"'],
    ['a class instance', finish({ pages: [new Page()] }), 'finish.result.pages[0]', 'an instance of Page'],
    ['a date', finish(new Date(0)), 'finish.result', 'an instance of Date'],
    ['a map', finish(new Map()), 'finish.result', 'an instance of Map'],
    ['a function', finish({ run: () => 1 }), 'finish.result.run', 'a function'],
    ['not a number', finish([Number.NaN]), 'finish.result[0]', 'NaN'],
    ['undefined in a list', partial([undefined]), 'partial.value[0]', 'undefined'],
    ['no result', finish(undefined), 'finish.result', 'undefined'],
    ['a big integer', finish(1n), 'finish.result', 'a bigint'],
    ['a symbol as key', finish({ [Symbol('x')]: 1 }), 'finish.result', 'symbol'],
    ['a reserved key', finish(JSON.parse('{"__proto__":1}')), 'finish.result.__proto__', 'reserved'],
    ['a cycle', finish(cyclic), 'finish.result.self', 'cycle'],
  ])('fails the delivery and names the field: %s', (_, emitted, at, received) => {
    const [session] = sessionOf(answering(() => [partial('dropped with it'), emitted]))
    const { decisions, failure, ended } = session.deliver(goal)
    expect({ decisions, ended }).toEqual({ decisions: [], ended: true })
    expect(failure).toMatchObject({ code: 'MANAGER_DECISION_INVALID', at: expect.stringContaining(at) })
    expect(failure?.message).toContain(received)
    expect(session.deliver(settled)).toEqual({ decisions: [], failure, ended: true })
  })

  it('leaves out members that are undefined', () => {
    const [session] = sessionOf(answering(() => finish({ a: undefined, b: -0 })))
    expect(session.deliver(goal).decisions).toEqual([{ type: 'finish', result: { b: 0 } }])
  })
})

describe('a program that breaks', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('oops')
      },
    ],
    [
      'throws in an operator',
      (inbox$: Observable<Message>) =>
        inbox$.pipe(
          map(() => {
            throw new Error('oops')
          }),
        ),
    ],
    [
      'throws in an observer of its own',
      (inbox$: Observable<Message>) => {
        inbox$.subscribe(() => {
          throw new Error('oops')
        })
        return inbox$.pipe(decide(() => []))
      },
    ],
    [
      'fails a stream of its own that nobody catches',
      (inbox$: Observable<Message>) => {
        inbox$
          .pipe(
            map(() => {
              throw new Error('oops')
            }),
          )
          .subscribe()
        return inbox$.pipe(decide(() => []))
      },
    ],
  ])('fails the delivery with its cause: %s', (_, program) => {
    const [session, violations] = sessionOf(streaming(program))
    const { decisions, failure, ended } = session.deliver(goal)
    expect({ decisions, ended, code: failure?.code }).toEqual({ decisions: [], ended: true, code: 'MANAGER_FAILED' })
    expect(failure?.message).toContain('oops')
    expect(failure?.at).toMatch(/manager-session\.spec\.ts:\d+:\d+$/)
    expect(violations).toEqual([])
  })

  it('is told to return a stream when it is async', () => {
    const [session] = sessionOf(defineManager({ name: 'subject', program: (async () => EMPTY) as never }))
    expect(session.deliver(goal).failure).toMatchObject({
      code: 'MANAGER_FAILED',
      message: expect.stringContaining('async'),
    })
  })

  it('fails with MANAGER_ENDED when it completes without finish or fail', () => {
    const [session] = sessionOf(
      streaming((inbox$) =>
        inbox$.pipe(
          take(2),
          map(() => partial(1)),
        ),
      ),
    )
    expect(session.deliver(goal)).toEqual({ decisions: [partial(1)], ended: false })
    expect(session.deliver(settled)).toMatchObject({ decisions: [], ended: true, failure: { code: 'MANAGER_ENDED' } })
  })

  it('may complete with its finish', () => {
    const [session] = sessionOf(
      streaming((inbox$) =>
        inbox$.pipe(
          take(1),
          map(() => finish(1)),
        ),
      ),
    )
    expect(session.deliver(goal)).toEqual({ decisions: [finish(1)], ended: true })
  })
})

describe('a decision outside of a delivery', () => {
  it('is refused with the place it came from', async () => {
    const stray = new Subject<unknown>()
    const [session, violations] = sessionOf(streaming(() => stray))
    session.deliver(goal)
    await Promise.resolve()
    stray.next(finish('too late'))
    expect(violations).toEqual([
      {
        code: 'MANAGER_DECISION_LATE',
        at: expect.stringMatching(/manager-session\.spec\.ts:\d+:\d+$/),
        message: expect.stringContaining('finish, after message 1 (goal) of subject'),
      },
    ])
    expect(session.deliver(settled)).toEqual({ decisions: [], ended: false })
  })

  it('is refused when a promise brings it, with the advice to look for one', async () => {
    const [session, violations] = sessionOf(
      streaming((inbox$) => inbox$.pipe(mergeMap(async () => finish('from a promise')))),
    )
    expect(session.deliver(goal)).toEqual({ decisions: [], ended: false })
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(violations).toMatchObject([{ code: 'MANAGER_DECISION_LATE', message: expect.stringContaining('promise') }])
  })

  it('is a violation as well when it is an error, and the program stays broken', async () => {
    const [session, violations] = sessionOf(
      streaming((inbox$) => inbox$.pipe(concatMap(() => from(Promise.reject(new Error('late')))))),
    )
    session.deliver(goal)
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(violations).toMatchObject([{ code: 'MANAGER_FAILED' }])
    expect(session.deliver(settled).failure).toEqual(violations[0])
  })

  it('is not heard after the session is closed', () => {
    const stray = new Subject<unknown>()
    const [session, violations] = sessionOf(streaming(() => stray))
    session.deliver(goal)
    session[Symbol.dispose]()
    stray.next(finish('too late'))
    expect(violations).toEqual([])
  })
})

describe('time', () => {
  it.each<[string, (inbox$: Observable<Message>) => Observable<unknown>]>([
    ['setTimeout', inOperator(() => setTimeout(() => undefined, 1))],
    ['setInterval', inOperator(() => setInterval(() => undefined, 1))],
    ['setImmediate', inOperator(() => setImmediate(() => undefined))],
    ['the delay operator', (inbox$) => inbox$.pipe(delay(0))],
    ['timer', (inbox$) => inbox$.pipe(mergeMap(() => timer(5)))],
    ['interval on subscription', () => interval(5)],
    ['asapScheduler', (inbox$) => inbox$.pipe(observeOn(asapScheduler))],
    ['asyncScheduler', (inbox$) => inbox$.pipe(observeOn(asyncScheduler))],
    ['queueScheduler with a delay', () => of(1).pipe(delay(1, queueScheduler))],
    [
      'a timer whose refusal is swallowed',
      (inbox$) =>
        inbox$.pipe(
          mergeMap(() => timer(1)),
          catchError(() => EMPTY),
        ),
    ],
  ])('is out of reach: %s', (_, program) => {
    const [session] = sessionOf(streaming(program))
    expect(session.deliver(goal)).toMatchObject({
      decisions: [],
      failure: { code: 'MANAGER_TIMER_REFUSED' },
      ended: true,
    })
  })

  it('names the place that asked for a timer', () => {
    const [session] = sessionOf(streaming(inOperator(() => setTimeout(() => undefined, 1))))
    expect(session.deliver(goal).failure?.at).toMatch(/manager-session\.spec\.ts:\d+:\d+$/)
  })

  it('may use the queue scheduler without a delay', () => {
    const [session] = sessionOf(
      streaming((inbox$) =>
        inbox$.pipe(
          observeOn(queueScheduler),
          map(() => partial(1)),
        ),
      ),
    )
    expect(session.deliver(goal).decisions).toEqual([partial(1)])
  })

  it('is given back after every delivery, also one that throws or drives another session', () => {
    const [inner] = sessionOf(
      streaming(() => {
        throw new Error('oops')
      }),
    )
    let during: unknown
    const [outer] = sessionOf(
      answering(() => {
        inner.deliver(goal)
        during = globalThis.setTimeout
      }),
    )
    outer.deliver(goal)
    expect(during).not.toBe(realTimers[0])
    expect(timers()).toEqual(realTimers)
  })

  it('is left to others between deliveries', async () => {
    const [session] = sessionOf(answering(() => []))
    session.deliver(goal)
    await expect(new Promise((resolve) => setTimeout(resolve, 1, 'rang'))).resolves.toBe('rang')
    expect(session.deliver(steer(3))).toEqual({ decisions: [], ended: false })
  })
})
