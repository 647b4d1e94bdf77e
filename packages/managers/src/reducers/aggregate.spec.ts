import type { Json, Outcome, OutcomeMessage, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { emptyView, FakeKernel } from '../fake-run.fixture.ts'
import { aggregate } from './aggregate.ts'
import { commutative, listed, ordered } from './reducer.ts'

const view = emptyView()
const tasks = (...ids: string[]): Task[] => ids.map((id) => task('echo', null, { id }))

function ended(id: string, result?: Json, outcome: Outcome = 'succeeded'): OutcomeMessage {
  const message = { type: 'outcome', seq: 1, run: 'r', task: id, taskType: 'echo', outcome } as const
  return result === undefined ? message : { ...message, result }
}

function refused(id?: string) {
  const error = { code: 'LIMIT_TASKS', message: 'too many' } as const
  return { type: 'refused', seq: 1, decision: 'delegate', error, ...(id === undefined ? {} : { task: id }) } as const
}

const text = ordered((all: string, one: string) => all + one, '')

describe('an aggregate', () => {
  it('folds ordered results in the order in which their tasks were expected, as far as they are there', () => {
    const all = aggregate(text)
    all.expect(tasks('c', 'a', 'b'))
    const values = [ended('b', 'B'), ended('c', 'C'), ended('a', 'A')].map((message) => {
      all.take(message, view)
      return all.value
    })
    expect(values).toEqual(['', 'C', 'CAB'])
    expect(all.contains).toEqual(['c', 'a', 'b'])
  })

  it('folds commutative results as they arrive', () => {
    const all = aggregate(commutative((sum: number, one: number) => sum + one, 0))
    all.expect(tasks('a', 'b'))
    all.take(ended('b', 2), view)
    expect(all.value).toBe(2)
    all.take(ended('a', 1), view)
    expect([all.value, all.contains]).toEqual([3, ['a', 'b']])
  })

  it('M-39 T-22 gives one value for every order of arrival, and accounts for every expected task', () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>('succeeded', 'failed', 'lost', 'cancelled', 'skipped'), {
      maxLength: 9,
    })
    const arrival = outcomes.chain((list) =>
      fc.shuffledSubarray([...list.keys()], { minLength: list.length }).map((order) => ({ list, order })),
    )
    fc.assert(
      fc.property(arrival, fc.constantFrom('added', 'id'), ({ list, order }, by) => {
        const all = aggregate(listed<string>(), { order: by })
        const sum = aggregate(
          commutative((count: number) => count + 1, 0),
          { order: by },
        )
        const expected = tasks(...list.keys().map((n) => `t${n}`))
        for (const each of [all, sum]) {
          each.expect(expected)
          for (const n of order) each.take(ended(`t${n}`, `r${n}`, list[n]), view)
        }
        const good = [...list.keys()].filter((n) => list[n] === 'succeeded')
        expect(all.value).toEqual(good.map((n) => `r${n}`))
        expect(sum.value).toBe(good.length)
        expect(all.contains).toEqual(good.map((n) => `t${n}`))
        expect([...all.contains, ...all.missing.map(({ task }) => task)].toSorted()).toEqual(
          expected.map(({ id }) => id),
        )
      }),
    )
  })

  it('gives each run a start of its own, also when the fold changes it in place', () => {
    const inPlace = ordered((all: string[], one: string) => (all.push(one), all), [])
    const values = [1, 2].map(() => {
      const all = aggregate(inPlace)
      all.take(ended('a', 'x'), view)
      return all.value
    })
    expect(values).toEqual([['x'], ['x']])
    const made = aggregate(
      commutative(
        (all: Map<string, string>, one: string, from) => all.set(from.id, one),
        () => new Map(),
      ),
    )
    made.take(ended('a', 'x'), view)
    expect(made.value).toEqual(new Map([['a', 'x']]))
  })

  it('tells the fold which task a result is from', () => {
    const kernel = new FakeKernel({ goal: null, work: () => ({}) })
    const spec = task('echo', { n: 1 }, { id: 'a' })
    kernel.apply({ type: 'delegate', tasks: [spec] })
    const seen: Task[] = []
    const all = aggregate(commutative((_: null, __: Json, from) => (seen.push(from), null), null))
    all.take(ended('a', 1), kernel.view)
    expect(seen).toEqual([spec])
  })

  it('puts a successor in the place of the task it supersedes, and folds once more', () => {
    const all = aggregate(text)
    all.expect(tasks('a', 'b', 'c'))
    all.take(ended('a', 'A'), view)
    all.take(ended('b', undefined, 'failed'), view)
    all.take(ended('c', 'C'), view)
    expect([all.value, all.missing.map(({ task }) => task)]).toEqual(['AC', ['b']])
    all.take(ended('b~2', undefined, 'lost'), view)
    expect([all.value, all.missing.map(({ task }) => task)]).toEqual(['AC', ['b~2']])
    all.take(ended('b~3', 'B'), view)
    expect([all.value, all.contains, all.missing]).toEqual(['ABC', ['a', 'b~3', 'c'], []])
  })

  it('does not wait for refused tasks and names them', () => {
    const all = aggregate(text)
    all.expect(tasks('a', 'b'))
    all.take(ended('b', 'B'), view)
    all.refuse(refused('a'), view)
    expect([all.value, all.refused]).toEqual(['B', [{ task: 'a', code: 'LIMIT_TASKS', reason: 'too many' }]])
    expect([all.knows('a'), all.knows('b')]).toEqual([false, true])
    // Asked for again, it takes its old place.
    all.expect(tasks('a'))
    expect([all.value, all.refused]).toEqual(['', []])
    all.take(ended('a', 'A'), view)
    expect([all.value, all.contains]).toEqual(['AB', ['a', 'b']])
  })

  it('finds out by itself which tasks a patch without names has lost', () => {
    const kernel = new FakeKernel({ goal: null, work: () => ({}) })
    const all = aggregate(text)
    all.expect(tasks('a', 'b'))
    kernel.apply({ type: 'delegate', tasks: tasks('a') })
    all.refuse(refused(), kernel.view)
    expect(all.refused.map(({ task }) => task)).toEqual(['b'])
  })

  it('in order of id, holds an ordered fold back until everything expected has ended', () => {
    const all = aggregate(text, { order: 'id' })
    all.expect(tasks('b'))
    all.take(ended('b', 'B'), view)
    expect(all.value).toBe('B')
    all.expect(tasks('a', 'c'))
    all.take(ended('c', 'C'), view)
    expect(all.value).toBe('B')
    all.take(ended('a', 'A'), view)
    expect([all.value, all.value, all.contains]).toEqual(['ABC', 'ABC', ['a', 'b', 'c']])
  })
})
