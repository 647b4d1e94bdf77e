import { PlanSchema, type AnyManager, type Json, type Manager, type Message, type Plan } from '@bosun/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  amend,
  cancelRun,
  cancelSubtree,
  cancelTask,
  delegate,
  fail,
  finish,
  partial,
  plan,
  task,
  waive,
  wake,
} from '../decisions/decisions.ts'
import { fakeRun, sessionOf } from '../fake-run.fixture.ts'
import { fanOut } from '../variants/fan-out.ts'
import { foldManager } from './fold-manager.ts'

describe('foldManager', () => {
  it('M-11 M-16 T-19 T-21 assigns a round, waits for all of its results, and decides what is next until it finishes', () => {
    const rounds = foldManager({
      name: 'rounds',
      initial: () => ({ round: 0, results: [] as Json[][] }),
      on: {
        goal: (state) => nextRound(state),
        outcome(state, { result }) {
          state.results[state.round - 1]?.push(result ?? null)
        },
        settled: (state) => (state.round < 3 ? nextRound(state) : finish(state.results)),
      },
    })
    const { end, log } = fakeRun(rounds, { goal: null, work: ({ id }) => ({ result: id }) })
    expect(end).toEqual({
      type: 'finish',
      result: [
        ['1a', '1b'],
        ['2a', '2b'],
        ['3a', '3b'],
      ],
    })
    const round = ['outcome', 'outcome', 'settled']
    expect(log.map(({ message }) => message.type)).toEqual(['goal', ...round, ...round, ...round])
    expect(log.flatMap(({ decisions }) => decisions).filter(({ type }) => type === 'finish')).toHaveLength(1)
  })

  it('M-12 gives the program the whole goal', () => {
    const goal = { text: 'x'.repeat(100_000), list: Array.from({ length: 1000 }, (_, n) => n) }
    const echo = foldManager({
      name: 'echo',
      initial: () => null,
      on: { goal: (_, message) => finish(message.goal), settled: () => [] },
    })
    expect(fakeRun(echo, { goal, work: () => ({}) }).end).toEqual({ type: 'finish', result: goal })
  })

  it('gives each program a state of its own, and decides nothing on kinds without a handler', () => {
    const counter = foldManager({
      name: 'counter',
      initial: () => ({ heard: 0 }),
      on: {
        goal: (state) => partial((state.heard += 1)),
        settled: (state) => finish(state.heard),
      },
    })
    const steer: Message = { type: 'steer', seq: 2, text: '', by: 'ada' }
    for (const [session] of [sessionOf(counter), sessionOf(counter)]) {
      expect(session.deliver({ type: 'goal', seq: 1, goal: null }).decisions).toEqual([partial(1)])
      expect(session.deliver(steer).decisions).toEqual([])
      expect(session.deliver({ type: 'settled', seq: 3 }).decisions).toEqual([finish(1)])
    }
  })

  it('types the goal by its schema', () => {
    const manager = foldManager({
      name: 'typed',
      goal: PlanSchema,
      initial: () => 0,
      on: {
        goal(_, { goal }) {
          expectTypeOf(goal).toEqualTypeOf<Plan>()
        },
        settled: () => finish(null),
      },
    })
    expectTypeOf(manager).toEqualTypeOf<Manager<Plan>>()
    expectTypeOf(
      fanOut({ name: 'x', goal: PlanSchema, start: ({ tasks }) => tasks }).checkGoal,
    ).returns.toEqualTypeOf<Plan>()
    // Bindable under the shared contract, whatever its goal and result.
    expectTypeOf(manager).toExtend<AnyManager>()
    expectTypeOf(fanOut({ name: 'x', plan: true })).toExtend<AnyManager>()
    expect(() => manager.checkGoal?.({ tasks: 'none' })).toThrowError(/goal\.tasks: .*"?typed/)
  })

  it('refuses a goal schema that needs to wait', () => {
    const later = { '~standard': { validate: async (value: unknown) => ({ value }) } }
    const manager = foldManager({
      name: 'later',
      goal: later,
      initial: () => 0,
      on: { goal: () => [], settled: () => [] },
    })
    expect(() => manager.checkGoal?.(1)).toThrowError(/synchronously/)
  })
})

describe('the decision constructors', () => {
  it('make decisions that pass the check unchanged', () => {
    const all = [
      plan('p', { topic: 'x' }),
      delegate([task('scan', { path: 'a' }, { id: 'a', dependsOn: ['b'], priority: 1 })], { plan: 'p' }),
      delegate(task('scan', undefined, { id: 'b' }), { parent: 'a' }),
      amend({ replace: [task('scan', 1, { id: 'a' })], withdraw: ['b'] }),
      amend({}),
      cancelRun('r'),
      cancelTask('a', 'r'),
      cancelSubtree('a', 'r'),
      partial(1),
      wake('w', 5),
      waive('a', 'r'),
      waive(['a', 'b'], 'r'),
      fail('r'),
    ]
    const [session] = sessionOf(
      foldManager({ name: 'all', initial: () => 0, on: { goal: () => all, settled: () => [] } }),
    )
    const { decisions, failure } = session.deliver({ type: 'goal', seq: 1, goal: null })
    expect(failure).toBeUndefined()
    expect(decisions).toEqual(
      all.map((decision) =>
        decision.type === 'delegate'
          ? { ...decision, tasks: decision.tasks.map((each) => ({ ...each, body: each.body ?? null })) }
          : decision,
      ),
    )
  })
})

function nextRound(state: { round: number; results: Json[][] }) {
  state.round += 1
  state.results.push([])
  return delegate(['a', 'b'].map((part) => task('write', part, { id: `${state.round}${part}` })))
}
