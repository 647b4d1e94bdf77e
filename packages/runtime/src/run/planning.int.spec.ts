import { Clock, type Planner } from '@bosun/core'
import {
  commutative,
  delegate,
  dynamic,
  fail,
  fanOut,
  finish,
  foldManager,
  openGroup,
  plan,
  replanGroup,
  task,
} from '@bosun/managers'
import { defineWorker, planHash } from '@bosun/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { WorkerSide } from './run-ports.ts'
import { ManualClock } from './manual-clock.fixture.ts'
import { config, echo, ended, expectClean, gate, of, rebound, untilFact, world } from './world.fixture.ts'

const planned = fanOut({ name: 'planned', plan: true })
const planner = (answer: Planner['plan']): { planner: Planner } => ({ planner: { name: 'mine', plan: answer } })
const answering = (tasks: unknown) => planner(() => ({ tasks }) as never)

describe('A planner', () => {
  it('M-27, M-48: is asked once, and its graph is carried out', async () => {
    let calls = 0
    const { bosun } = await world()
    const { end, facts } = await ended(
      await bosun.run(planned, 'a goal', {
        config: config(),
        ...planner(({ goal, workers }) => {
          calls += 1
          expect([goal, workers.map(({ name }) => name)]).toEqual(['a goal', ['echo']])
          return { tasks: [task('echo', 1, { id: 'a' }), task('echo', 2, { id: 'b', dependsOn: ['a'] })] }
        }),
      }),
      bosun.journal,
    )
    expect(end).toMatchObject({ type: 'run.completed', result: { result: [1, 2] } })
    expect(calls).toBe(1)
    expect(of(facts, 'plan.accepted')).toMatchObject([{ tasks: 2 }])
    expectClean(facts)
  })

  it('M-14: says the levels of its plan, and the manager reads each of them with its state', async () => {
    const seen: string[] = []
    const reader = foldManager({
      name: 'reader',
      initial: () => ({ result: 0 }),
      on: {
        goal: () => plan('levels', null),
        plan: (_, message) => [
          ...(message.groups ?? []).map(({ name, ...spec }) => openGroup(name, spec)),
          delegate(message.tasks, { plan: message.plan }),
        ],
        settled(_, __, view) {
          for (const { name, parent, spec, status, tally } of view.groups()) {
            seen.push(`${spec?.kind} ${name} in ${parent}: ${status}, ${tally.succeeded}/${tally.total}`)
          }
          return finish(null)
        },
      },
    })
    const groups = [
      { name: 'pay', kind: 'requirement', title: 'Customers can pay.' },
      { name: 'pay/q3', kind: 'roadmap' },
      { name: 'pay/q3/api', kind: 'action plan' },
      { name: 'pay/q3/api/cart', kind: 'block', slotsMax: 1 },
    ]
    const tasks = [
      task('echo', 1, { id: 'a', group: 'pay/q3/api/cart' }),
      task('echo', 2, { id: 'b', group: 'pay/q3' }),
    ]
    const { bosun } = await world()
    const options = { config: config(), ...planner(() => ({ groups, tasks })) }
    const { end, facts } = await ended(await bosun.run(reader, null, options), bosun.journal)
    expect(end?.type).toBe('run.completed')
    expect(seen).toEqual([
      'requirement pay in undefined: succeeded, 2/2',
      'roadmap pay/q3 in pay: succeeded, 2/2',
      'action plan pay/q3/api in pay/q3: succeeded, 1/1',
      'block pay/q3/api/cart in pay/q3/api: succeeded, 1/1',
    ])
    expect(of(facts, 'plan.received')).toMatchObject([{ groups }])
    expectClean(facts)
    // The built-in managers do the same.
    const { facts: again } = await ended(await bosun.run(planned, null, options), bosun.journal)
    expect(of(again, 'group.opened').map(({ group }) => group)).toEqual(groups)
    const [first, second] = [of(facts, 'plan.received')[0], of(again, 'plan.received')[0]]
    expect(second?.hash).toBe(first?.hash)
    expect(first?.hash).toBe(planHash(first ?? { tasks: [] }))
  })

  it('M-48: is asked again for the smallest group that a failure invalidates, and the log says so', async () => {
    const stubborn = foldManager({
      name: 'stubborn',
      initial: () => replanGroup(),
      on: {
        goal: (_, { goal }) => plan('first', goal),
        plan: (replan, message, view) =>
          replan.owns(message) ? replan.take(message, view) : delegate(message.tasks, { plan: message.plan }),
        planFailed: (_, { error }) => fail(error.message),
        outcome: (replan, message, view) => replan.take(message, view),
        settled: (_, __, view) => finish(Array.from(view.tasks(), ({ spec, status }) => `${spec.id} ${status}`)),
      },
    })
    const moody = defineWorker({
      name: 'moody',
      handles: 'echo',
      summary: 'Fails on some.',
      body: z.json(),
      result: z.json(),
      run({ body }) {
        if (body === 'broken') throw new Error('no')
        return body
      },
    })
    const asked: unknown[] = []
    const { bosun } = await world({ workers: [moody] })
    const run = await bosun.run(stubborn, 'goal', {
      config: config({
        limits: { slotsMax: 1 },
        retry: { retriesMax: 0 },
        policy: { waive: ['failed', 'lost', 'skipped', 'cancelled'] },
      }),
      ...planner(({ goal }) => {
        asked.push(goal)
        if (goal !== 'goal') return { tasks: [task('echo', 'well', { id: 'a2' })] }
        return {
          tasks: [
            task('echo', 'broken', { id: 'a', group: 'all/one' }),
            // Takes the slot before anybody hears of the failure.
            task('echo', 1, { id: 'next', group: 'all/one' }),
            task('echo', 1, { id: 'late', group: 'all/one' }),
            task('echo', 1, { id: 'b', group: 'all/two' }),
          ],
        }
      }),
    })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({
      type: 'run.completed',
      result: ['a failed', 'next succeeded', 'late cancelled', 'b succeeded', 'a2 succeeded'],
      waived: ['a', 'late'],
    })
    expect(asked).toMatchObject([
      'goal',
      { replan: { group: 'all/one', failed: [{ task: 'a', code: 'WORKER_THREW' }] } },
    ])
    expect(of(facts, 'plan.received').map(({ request }) => request)).toEqual(['first', 'replan:all/one:2'])
    expect(of(facts, 'task.added').at(-1)).toMatchObject({ task: { id: 'a2', group: 'all/one' }, by: 'planner' })
    expectClean(facts)
  })

  it('M-27: that names a level twice is refused before any worker starts', async () => {
    const { bosun } = await world()
    const twiceNamed = { groups: [{ name: 'g' }, { name: 'g' }], tasks: [task('echo', 1, { id: 'a', group: 'g' })] }
    const run = await bosun.run(planned, null, { config: config(), ...planner(() => twiceNamed) })
    const { facts } = await ended(run, bosun.journal)
    expect(of(facts, 'plan.rejected')).toMatchObject([{ error: { code: 'PLAN_INVALID' } }])
    expect(of(facts, 'task.assigned')).toEqual([])
  })

  it.each([
    ['is not there', {}, 'PLANNER_FAILED'],
    ['throws', planner(() => Promise.reject(new Error('no idea'))), 'PLANNER_FAILED'],
    [
      'throws at once',
      planner(() => {
        throw new Error('no idea')
      }),
      'PLANNER_FAILED',
    ],
    ['answers with nothing', answering([]), 'PLAN_EMPTY'],
    ['answers with no graph', answering('tasks'), 'PLAN_INVALID'],
    [
      'names an unknown dependency',
      answering([task('echo', 1, { id: 'a', dependsOn: ['z'] })]),
      'TASK_DEPENDENCY_UNKNOWN',
    ],
    [
      'draws a circle',
      answering([task('echo', 1, { id: 'a', dependsOn: ['b'] }), task('echo', 1, { id: 'b', dependsOn: ['a'] })]),
      'TASK_CYCLE',
    ],
    ['wants work that nobody does', answering([task('fly', 1, { id: 'a' })]), 'TASK_TYPE_UNHANDLED'],
    ['wants what a worker does not accept', answering([task('strict', 'text', { id: 'a' })]), 'TASK_BODY_INVALID'],
  ] as const)('M-27: that %s fails the run before any worker starts', async (_what, options, code) => {
    const strict = defineWorker({
      name: 'strict',
      handles: 'strict',
      summary: 'Wants a number.',
      body: z.number(),
      result: z.number(),
      run: ({ body }) => body,
    })
    const { bosun } = await world({ workers: [echo, strict] })
    const { end, facts } = await ended(await bosun.run(planned, null, { config: config(), ...options }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.failed', causeCode: 'MANAGER_FAILED' })
    expect(of(facts, 'plan.rejected')).toMatchObject([{ error: { code } }])
    expect(of(facts, 'task.assigned')).toEqual([])
    expectClean(facts)
  })

  it('P11: that hangs is given up in time, told to stop, and keeps nothing from ending', async () => {
    const clock = new ManualClock()
    let aborted = false
    const { bosun } = await world({ modules: [rebound(Clock, clock)] })
    const run = await bosun.run(planned, null, {
      config: config({ limits: { planTimeoutMs: 30_000 } }),
      ...planner(({ signal }) => {
        signal.addEventListener('abort', () => (aborted = true))
        return new Promise(() => {})
      }),
    })
    await untilFact(run, 'manager.decided')
    await clock.advance(30_000)
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.failed' })
    expect(of(facts, 'plan.rejected')).toMatchObject([{ error: { code: 'PLANNER_TIMED_OUT' } }])
    expect(aborted).toBe(true)
    expect(clock.waits).toEqual([])
  })

  it('P11: that hangs does not keep a cancelled run from ending', async () => {
    const { bosun } = await world()
    const run = await bosun.run(planned, null, { config: config(), ...planner(() => new Promise(() => {})) })
    await untilFact(run, 'manager.decided')
    await run.cancel('enough')
    expect((await run.outcome).end?.type).toBe('run.cancelled')
  })

  it('keeps a paused run from resting until it has answered; the answer is not lost', async () => {
    const answer = gate()
    const { bosun } = await world()
    const run = await bosun.run(planned, null, {
      run: 'r',
      config: config(),
      ...planner(() => answer.opened.then(() => ({ tasks: [task('echo', 1, { id: 'a' })] }))),
    })
    await untilFact(run, 'manager.decided')
    await run.pause('lunch')
    answer.open()
    expect((await run.outcome).end).toBeUndefined()
    const again = await bosun.resume('r', { managers: [planned] })
    expect(await again.result).toMatchObject({ result: [1] })
  })

  it('is asked again by the next manager when the last one died before it answered', async () => {
    const { bosun } = await world({ modules: [] })
    const options = { run: 'r', config: config() }
    const run = await bosun.run(twice, null, { ...options, ...planner(() => new Promise(() => {})) })
    await untilFact(run, 'manager.decided')
    const journal = bosun.journal
    await run.pause('so that it can be taken over')
    const prefix = []
    for await (const facts of journal.read('r')) prefix.push(...facts)
    const other = await world()
    const epoch = await other.bosun.journal.acquire('r', { pid: 1, bootId: 'dead', startTime: '' })
    await other.bosun.journal.append('r', epoch, 0, prefix)
    let calls = 0
    const again = await other.bosun.resume('r', {
      managers: [twice],
      ...planner(() => {
        calls += 1
        return { tasks: [task('echo', 1, { id: 'a' })] }
      }),
    })
    expect(await again.result).toBe('planned first')
    expect(calls).toBe(1)
  })
})

const twice = foldManager({
  name: 'twice',
  initial: () => ({ answered: '' }),
  on: {
    goal: () => plan('first', null),
    plan: (state, message) => void (state.answered = `planned ${message.plan}`),
    planFailed: (_state, { error }) => fail(error.message),
    settled: (state) => finish(state.answered),
  },
})

describe('The look of the workers at delegated tasks', () => {
  const strict = defineWorker({
    name: 'strict',
    handles: 'strict',
    summary: 'Wants a number.',
    body: z.number(),
    result: z.number(),
    run: ({ body }) => body,
  })
  const wrong = fanOut({
    name: 'wrong',
    start: () => [task('strict', 'text', { id: 'a' }), task('strict', 1, { id: 'b' })],
  })

  it('T-01: a body that its worker does not accept is refused, with the task and the reason', async () => {
    const { bosun } = await world({ workers: [strict] })
    const { end, facts } = await ended(await bosun.run(wrong, null, { config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.failed', tally: { total: 0, refused: 2 } })
    expect(of(facts, 'spawn.refused').map(({ task: id, error }) => `${id} ${error.code}`)).toEqual([
      'a TASK_BODY_INVALID',
      'b TASK_BODY_INVALID',
    ])
    expectClean(facts)
  })

  it('may take its time; what was decided before goes out, and what arrives meanwhile waits', async () => {
    const look = gate()
    const crawl = dynamic({
      name: 'crawl',
      start: () => [task('find', 0, { id: 'root' }), task('slow', 0, { id: 'slow' })],
      discovered: (depth: number) => task('find', depth, { id: `found-${depth}` }),
      reduce: commutative((all: number, one: number) => all + one, 0),
    })
    const finder = defineWorker({
      name: 'find',
      handles: 'find',
      summary: 'Finds one.',
      body: z.number(),
      result: z.number(),
      run: ({ body }, { discover }) => {
        if (body < 3) discover(body + 1)
        return 1
      },
    })
    const slow = defineWorker({
      name: 'slow',
      handles: 'slow',
      summary: 'Waits.',
      body: z.number(),
      result: z.number(),
      run: async () => look.opened.then(() => 100),
    })
    const { bosun, container } = await world({ workers: [finder, slow] })
    const { door } = container.get(WorkerSide)
    let looks = 0
    Object.assign(container.get(WorkerSide), {
      door: {
        prepare: async (tasks: never) => {
          looks += 1
          if (looks === 2) {
            // The look holds the run until the worker has reported, which must have been started for that.
            look.open()
            for (let count = 0; count < 10; count += 1) await new Promise((resolve) => setImmediate(resolve))
          }
          return door.prepare(tasks)
        },
      },
    })
    const { end, facts } = await ended(await bosun.run(crawl, null, { config: config() }), bosun.journal)
    expect(end).toMatchObject({ type: 'run.completed', result: { result: 104 } })
    expectClean(facts)
  })

  it('that fails refuses the tasks, and the run goes on', async () => {
    const { bosun, container } = await world()
    Object.assign(container.get(WorkerSide), { door: { prepare: () => Promise.reject(new Error('the host died')) } })
    const run = await bosun.run(fanOut({ name: 'one', start: () => [task('echo', 1, { id: 'a' })] }), null, {
      config: config(),
    })
    const { end, facts } = await ended(run, bosun.journal)
    expect(end).toMatchObject({ type: 'run.failed', tally: { refused: 1 } })
    expect(of(facts, 'spawn.refused')[0]?.error.message).toContain('the host died')
  })

  it('P11: that never answers is given up, and so is a run that is closed meanwhile', async () => {
    const clock = new ManualClock()
    const { bosun, container } = await world({ modules: [rebound(Clock, clock)] })
    Object.assign(container.get(WorkerSide), { door: { prepare: () => new Promise(() => {}) } })
    const manager = fanOut({ name: 'one', start: () => [task('echo', 1, { id: 'a' })] })
    const first = await bosun.run(manager, null, { config: config() })
    const second = await bosun.run(manager, null, { run: 'second', config: config() })
    await untilFact(first, 'run.started')
    await clock.advance(60_000)
    expect((await first.outcome).end).toMatchObject({ type: 'run.failed', tally: { refused: 1 } })
    expect((await second.outcome).end).toMatchObject({ type: 'run.failed' })
    const third = await bosun.run(manager, null, { config: config() })
    await untilFact(third, 'run.started')
    await bosun.close()
    expect((await third.outcome).end).toBeUndefined()
  })
})
