import type { Json, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, picks } from '../fake-run.fixture.ts'
import { commutative, ordered, type Reducer } from '../reducers/reducer.ts'
import { fanOut } from './fan-out.ts'
import { streaming, type PartialResult } from './streaming.ts'

const numbered = (count: Json) => Array.from({ length: count as number }, (_, n) => task('echo', n, { id: `t${n}` }))
const echo = ({ body }: { body: Json }) => ({ result: body })
const failingFirst = ({ id, body }: Task) => (id === 't0' ? { outcome: 'failed' as const } : { result: body })
const sum = commutative((all: number, one: number) => all + one, 0)
const text = ordered((all: string, one: number) => `${all}${one},`, '')

describe('streaming', () => {
  it('M-39 M-40 shows the first result while the others are still to come, with counts and a mark', () => {
    const manager = streaming({ name: 'sum', start: numbered, reduce: sum, everyMs: 0 })
    const { partials, end, log } = fakeRun(manager, { goal: 3, work: echo, pick: picks([2, 0]) })
    const all = { final: false, total: 3, outcome: 'succeeded', missing: [] }
    expect(partials).toEqual([
      { ...all, done: 1, task: 't2', value: 2, contains: ['t2'] },
      { ...all, done: 2, task: 't0', value: 2, contains: ['t0', 't2'] },
      { ...all, done: 3, task: 't1', value: 3, contains: ['t0', 't1', 't2'] },
    ])
    expect(log.map(({ message, decisions }) => [message.type, decisions.map(({ type }) => type)])).toEqual([
      ['goal', ['delegate']],
      ['outcome', ['partial']],
      ['outcome', ['partial']],
      ['outcome', ['partial']],
      ['settled', ['finish']],
    ])
    expect(end).toMatchObject({ result: { result: 3, contains: ['t0', 't1', 't2'], missing: [] } })
  })

  it('M-39 finishes with what fanOut finishes with, whatever the order of arrival and whatever fails', () => {
    const outcomes = fc.array(fc.constantFrom('succeeded', 'failed', 'lost'), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(outcomes, fc.array(fc.nat()), fc.constantFrom(sum, text), (all, choices, reduce) => {
        const work = ({ id, body }: Task) => ({ result: body, outcome: all[Number(id.slice(1))] ?? 'succeeded' })
        const goal = all.length
        const blocking = fanOut<Json, number, unknown>({
          name: 'x',
          start: numbered,
          reduce: reduce as Reducer<number, unknown>,
        })
        const stream = streaming<Json, number, unknown>({
          name: 'x',
          start: numbered,
          reduce: reduce as Reducer<number, unknown>,
          everyMs: 0,
        })
        const { end, partials } = fakeRun(stream, { goal, work, pick: picks(choices) })
        expect(end).toEqual(fakeRun(blocking, { goal, work }).end)
        // T-34: each says of every task that has ended whether it is in the value.
        for (const partial of partials as unknown as PartialResult[]) {
          expect(partial.contains.length + partial.missing.length).toBe(partial.done)
        }
      }),
    )
  })

  it('shows an ordered value as far as it goes', () => {
    const manager = streaming({ name: 'text', start: numbered, reduce: text, everyMs: 0 })
    const { partials } = fakeRun(manager, { goal: 3, work: echo, pick: picks([1, 0, 0]) })
    expect(partials).toMatchObject([{ value: '' }, { value: '0,1,' }, { value: '0,1,2,' }])
  })

  it('leaves out what would come too fast, but not the first', () => {
    const manager = streaming({ name: 'sum', start: numbered, reduce: sum, show: (value) => ({ value }) })
    // Everything happens at one time here.
    const { partials } = fakeRun(manager, { goal: 9, work: echo })
    expect(partials).toMatchObject([{ done: 1, value: { value: 0 } }])
  })

  it('M-38 fails fast if it is to, and names what a limit refused', () => {
    const fast = streaming({ name: 'sum', start: numbered, reduce: sum, failure: 'fail-fast' })
    expect(fakeRun(fast, { goal: 2, work: failingFirst }).end).toMatchObject({
      result: { missing: [{ task: 't0' }, { task: 't1', outcome: 'cancelled' }], policy: 'fail-fast' },
    })
    expect(finished(fakeRun(fast, { goal: 2, work: failingFirst, tasksMax: 1 })).refused).toHaveLength(2)
    expect(finished(fakeRun(fast, { goal: 0, work: failingFirst }))).toMatchObject({ result: 0, contains: [] })
  })
})
