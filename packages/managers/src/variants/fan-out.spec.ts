import { PlanSchema, type Json } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, picks } from '../fake-run.fixture.ts'
import { commutative, ordered } from '../reducers/reducer.ts'
import { fanOut } from './fan-out.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, n) => task('echo', n, { id: `t${n}` }))
const echo = ({ body }: { body: Json }) => ({ result: body })
const failingOne = ({ id, body }: { id: string; body: Json }) =>
  id === 't1' ? ({ outcome: 'failed' } as const) : { result: body }

/** All orders in which `count` tasks can end, as lists of picks. */
function allOrders(count: number): number[][] {
  if (count === 0) return [[]]
  return Array.from({ length: count }, (_, pick) => allOrders(count - 1).map((rest) => [pick, ...rest])).flat()
}

describe('fanOut', () => {
  const manager = fanOut({ name: 'numbers', start: (count: Json) => numbered(count as number) })

  it('M-32 M-38 gives the results in task order, whatever the completion order, and finishes once, when all have ended', () => {
    const orders = allOrders(5)
    expect(orders).toHaveLength(120)
    for (const order of orders) {
      const { end, log } = fakeRun(manager, { goal: 5, work: echo, pick: picks(order) })
      expect(end).toEqual({
        type: 'finish',
        result: {
          result: [0, 1, 2, 3, 4],
          contains: ['t0', 't1', 't2', 't3', 't4'],
          missing: [],
          refused: [],
          policy: 'best-effort',
        },
      })
      // Nothing is decided between the delegation and the finish.
      expect(log.filter(({ decisions }) => decisions.length > 0).map(({ message }) => message.type)).toEqual([
        'goal',
        'settled',
      ])
    }
  })

  it('M-38 T-22 gives one result for every completion order, also when some tasks fail', () => {
    const outcomes = fc.array(fc.constantFrom('succeeded', 'failed', 'lost', 'cancelled'), {
      minLength: 1,
      maxLength: 12,
    })
    const subject = fanOut({
      name: 'text',
      start: (count: Json) => numbered(count as number),
      reduce: ordered((all: string, one: number) => `${all}${one},`, ''),
    })
    fc.assert(
      fc.property(outcomes, fc.array(fc.nat()), (all, choices) => {
        const work = ({ id, body }: { id: string; body: Json }) => ({
          result: body,
          outcome: all[Number(id.slice(1))] ?? 'succeeded',
        })
        const one = fakeRun(subject, { goal: all.length, work, pick: picks(choices) })
        const other = fakeRun(subject, { goal: all.length, work })
        expect(one.end).toEqual(other.end)
        // T-34: contained and missing together are all tasks.
        const { contains, missing } = finished(one)
        expect([...contains, ...missing.map(({ task }) => task)].toSorted()).toEqual(
          all.map((_, n) => `t${n}`).toSorted(),
        )
      }),
    )
  })

  it('T-34 M-55 names what is missing, with outcome and reason', () => {
    const tasks = [
      task('echo', 1, { id: 'a' }),
      task('echo', 2, { id: 'b', dependsOn: ['a'] }),
      task('echo', 3, { id: 'c' }),
    ]
    const { end } = fakeRun(fanOut({ name: 'three', start: () => tasks }), {
      goal: null,
      work: ({ id, body }) => ({ result: body, outcome: id === 'a' ? 'failed' : 'succeeded' }),
    })
    expect(end).toMatchObject({
      result: {
        result: [3],
        contains: ['c'],
        missing: [
          { task: 'a', outcome: 'failed', code: 'WORKER_THREW', reason: expect.stringContaining('worker ended') },
          { task: 'b', outcome: 'skipped', because: 'a', reason: 'skipped because of a' },
        ],
      },
    })
  })

  it('M-48 asks the planner once and adopts its plan', () => {
    const { end, log } = fakeRun(fanOut({ name: 'planned', plan: true }), {
      goal: { topic: 'planets' },
      work: echo,
      plan: () => numbered(2),
    })
    expect(end).toMatchObject({ type: 'finish', result: { result: [0, 1] } })
    expect(log.flatMap(({ decisions }) => decisions).map(({ type }) => type)).toEqual(['plan', 'delegate', 'finish'])
    expect(log[0]?.decisions).toEqual([{ type: 'plan', request: 'planned', goal: { topic: 'planets' } }])
    expect(log[1]?.decisions).toEqual([{ type: 'delegate', tasks: numbered(2), plan: 'planned' }])
  })

  it('fails the run when there is no plan, or when its tasks are no tasks of this run', () => {
    const planned = fanOut({ name: 'planned', plan: true })
    expect(fakeRun(planned, { goal: null, work: echo, plan: () => 'no idea' }).end).toEqual({
      type: 'fail',
      reason: expect.stringContaining('no idea'),
    })
    const unhandled = fanOut({ name: 'unhandled', start: () => [task('unhandled', null, { id: 'a' })] })
    expect(fakeRun(unhandled, { goal: null, work: echo }).end).toEqual({
      type: 'fail',
      reason: expect.stringMatching(/the run does not hold a: .*No worker handles/),
    })
  })

  it('M-55 finishes and names what a limit refused, so that the run ends as exhausted', () => {
    expect(finished(fakeRun(manager, { goal: 2, work: echo, tasksMax: 1 }))).toMatchObject({
      result: [],
      refused: [
        { task: 't0', code: 'LIMIT_TASKS' },
        { task: 't1', code: 'LIMIT_TASKS' },
      ],
    })
  })

  it('finishes with the start of the reducer when there is nothing to do', () => {
    expect(fakeRun(manager, { goal: 0, work: echo }).end).toMatchObject({ type: 'finish', result: { result: [] } })
  })

  it.each([
    ['its own', 'fail-fast', 'best-effort'],
    ['that of the run', undefined, 'fail-fast'],
    ['both', 'fail-fast', 'fail-fast'],
  ] as const)('M-38 fails fast by %s policy and names it in the result', (_, own, failure) => {
    const subject = fanOut({
      name: 'fast',
      start: () => numbered(4),
      ...(own === undefined ? {} : { failure: own }),
    })
    expect(fakeRun(subject, { goal: null, work: failingOne, failure }).end).toMatchObject({
      result: {
        result: [0],
        missing: [
          { task: 't1', outcome: 'failed' },
          { task: 't2', outcome: 'cancelled' },
          { task: 't3', outcome: 'cancelled' },
        ],
        policy: 'fail-fast',
      },
    })
  })

  it('M-39 M-40 shows each result as it arrives, with counts, marked as not final', () => {
    const subject = fanOut({
      name: 'shown',
      start: () => numbered(3),
      reduce: commutative((all: number, one: number) => all + one, 0),
      progress: (sum) => sum,
    })
    const { partials, end } = fakeRun(subject, { goal: null, work: echo, pick: picks([2, 0]) })
    expect(partials).toEqual([
      { final: false, done: 1, total: 3, task: 't2', outcome: 'succeeded', result: 2, value: 2 },
      { final: false, done: 2, total: 3, task: 't0', outcome: 'succeeded', result: 0, value: 2 },
      { final: false, done: 3, total: 3, task: 't1', outcome: 'succeeded', result: 1, value: 3 },
    ])
    // The final aggregate of a commutative reducer equals the blocking one.
    expect(end).toMatchObject({ result: { result: 3 } })
  })

  it('M-12 gives start the goal as its schema made it', () => {
    const planned = fanOut({ name: 'given', goal: PlanSchema, start: ({ tasks }) => tasks })
    const { log } = fakeRun(planned, { goal: { tasks: [{ id: 'a', type: 'echo' }] }, work: echo })
    expect(log[0]?.decisions).toEqual([{ type: 'delegate', tasks: [{ id: 'a', type: 'echo', body: null }] }])
  })

  it('is a mistake with both start and plan', () => {
    expect(() => fanOut({ name: 'x', start: () => [], plan: true })).toThrowError(/either start or plan/)
  })
})
