import { DecisionSchema, type Message, type RunView } from '@bosun/core'
import { Subject, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { delegate, plan, task } from '../decisions/decisions.ts'
import { decide } from '../define/decide.ts'
import { defineManager } from '../define/define-manager.ts'
import { FakeKernel, sessionOf } from '../fake-run.fixture.ts'
import { openSession } from './manager-session.ts'

const goal: Message = { type: 'goal', seq: 1, goal: null }

/** Opens a session with tasks in its view, and hands out what the program got. */
function whatAProgramGets() {
  const kernel = new FakeKernel({ goal: { deep: { list: [1] } }, work: () => ({ result: { path: 'a' } }) })
  kernel.apply(delegate([task('scan', null, { id: 'a' }), task('scan', null, { id: 'b' })]))
  kernel.step()
  const got: { inbox$?: Observable<Message>; view?: RunView; heard: Message[] } = { heard: [] }
  const curious = defineManager({
    name: 'curious',
    program(inbox$, view) {
      got.inbox$ = inbox$
      got.view = view
      return inbox$.pipe(
        decide((message) => {
          got.heard.push(message)
        }),
      )
    },
  })
  const session = openSession(curious, { goal: null, view: kernel.view, onViolation: () => undefined })
  session.deliver(goal)
  const { inbox$, view, heard } = got
  if (inbox$ === undefined || view === undefined) throw new Error('the program was not called')
  return { session, inbox$, view, heard }
}

/** Every function and object that property by property can be reached, by its path; the language itself left out. */
function reachable(roots: Record<string, unknown>): Map<unknown, string> {
  const found = new Map<unknown, string>()
  const pending = Object.entries(roots).map(([path, value]) => ({ path, value }))
  for (let item = pending.shift(); item !== undefined; item = pending.shift()) {
    const { path, value } = item
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue
    if (found.has(value) || LANGUAGE.has(value)) continue
    found.set(value, path)
    pending.push({ path: `${path}.(prototype)`, value: Object.getPrototypeOf(value) })
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)
      const member = property?.get === undefined ? property?.value : property.get.call(value)
      pending.push({ path: `${path}.${String(key)}`, value: member })
    }
  }
  return found
}

/** Object, Function, Promise and all the rest, with their prototypes. */
const LANGUAGE = new Set<unknown>(
  Object.getOwnPropertyNames(globalThis)
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => (globalThis as Record<string, unknown>)[name])
    .flatMap((value) => (typeof value === 'function' ? [value, value.prototype] : [value])),
)

describe('what a program holds', () => {
  it('M-02 M-19 is an inbox to listen to and a view to read: no function beyond these', () => {
    const { inbox$, view } = whatAProgramGets()
    const functions = [...reachable({ inbox$, view })].flatMap(([value, path]) =>
      typeof value === 'function' ? [path] : [],
    )
    expect(functions.toSorted()).toEqual(
      [
        'inbox$.(prototype).@@observable',
        'inbox$.(prototype).constructor',
        'inbox$.(prototype).constructor.create',
        'inbox$.(prototype)._subscribe',
        'inbox$.(prototype)._trySubscribe',
        'inbox$.(prototype).forEach',
        'inbox$.(prototype).lift',
        'inbox$.(prototype).pipe',
        'inbox$.(prototype).subscribe',
        'inbox$.(prototype).toPromise',
        'inbox$._subscribe',
        'view.group',
        'view.groups',
        'view.isClosed',
        'view.task',
        'view.tasks',
      ].toSorted(),
    )
  })

  it('M-02 gives through the view nothing but data', () => {
    const { view } = whatAProgramGets()
    const answers = { task: view.task('a'), tasks: [...view.tasks()], group: [...view.group('x')], config: view.config }
    for (const [value, path] of reachable(answers)) {
      if (typeof value === 'function') throw new Error(`${path} can be called`)
    }
    expect(JSON.parse(JSON.stringify(answers))).toMatchObject({ task: { status: 'succeeded', result: { path: 'a' } } })
  })

  it('cannot put a message into its own inbox', () => {
    const { session, inbox$, heard } = whatAProgramGets()
    const forged: Message = { type: 'settled', seq: 99 }
    const subscription = inbox$.subscribe(() => undefined)
    const all = reachable({ inbox$, subscription })
    expect([...all.keys()].filter((value) => value instanceof Subject)).toEqual([])
    // Whatever has a `next` gets a forged message; it ends with that listener and goes no further.
    for (const value of all.keys()) {
      const next: unknown = (value as { next?: unknown }).next
      if (typeof next !== 'function' || typeof value !== 'object') continue
      try {
        next.call(value, forged)
      } catch {
        // Prototypes are no subscribers.
      }
    }
    expect(heard).toEqual([goal])
    session.deliver({ type: 'steer', seq: 2, text: 'real', by: 'ada' })
    expect(heard).toHaveLength(2)
  })

  it('can be listened to by any number of streams of the program, each hearing every message once', () => {
    const { session, inbox$, heard } = whatAProgramGets()
    const also: Message[] = []
    inbox$.subscribe((message) => also.push(message))
    session.deliver({ type: 'steer', seq: 2, text: '', by: 'ada' })
    expect(also).toEqual(heard.slice(1))
  })
})

describe('what a program can decide', () => {
  it('M-17 M-18 is to delegate, to plan and to end: nothing that is work', () => {
    expect(DecisionSchema.options.map((option) => option.shape.type.value)).toEqual([
      'plan',
      'group',
      'delegate',
      'amend',
      'cancel',
      'partial',
      'wake',
      'waive',
      'ask',
      'finish',
      'fail',
    ])
    const [session] = sessionOf(
      defineManager({
        name: 'planner',
        program: (inbox$) => inbox$.pipe(decide(() => [plan('p', null), delegate(task('scan', null, { id: 'a' }))])),
      }),
    )
    expect(session.deliver(goal).decisions.map(({ type }) => type)).toEqual(['plan', 'delegate'])
  })

  it.each(['write', 'edit', 'delete', 'move', 'command', 'tool', 'model', 'start'])(
    'M-02 M-19 is refused when it tries to %s, and nothing is decided',
    (type) => {
      const attempt = { type, path: 'site/index.html', text: '<h1>Mars</h1>', argv: ['rm', '-r', 'site'] }
      const [session] = sessionOf(
        defineManager({ name: 'busy', program: (inbox$) => inbox$.pipe(decide(() => attempt as never)) }),
      )
      expect(session.deliver(goal)).toMatchObject({
        decisions: [],
        failure: { code: 'MANAGER_DECISION_INVALID', at: `${type}.type` },
        ended: true,
      })
    },
  )
})
