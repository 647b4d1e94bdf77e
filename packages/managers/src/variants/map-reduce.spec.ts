import type { Json, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { foldManager } from '../define/fold-manager.ts'
import { fakeRun, finished, picks } from '../fake-run.fixture.ts'
import { commutative, ordered } from '../reducers/reducer.ts'
import { dynamic } from './dynamic.ts'
import { mapReduce, type MapReduced } from './map-reduce.ts'

const numbers = (list: readonly number[]) => list.map((n, index) => task('square', n, { id: `n${index}` }))
const square = ({ body }: { body: Json }) => ({ result: (body as number) ** 2 })
const losingN3 = (one: Task) => (one.id === 'n3' ? { outcome: 'lost' as const } : square(one))
const joined = ordered((all: string, one: number) => `${all}${one},`, '')
const concat = (left: string, right: string) => left + right

const results = (run: ReturnType<typeof fakeRun>) => finished(run) as unknown as MapReduced<unknown>

describe('mapReduce', () => {
  it('M-62: gives what the same would give one after the other, whole or as a tree, in every order of arrival', () => {
    const list = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 20 })
    const subjects = [
      mapReduce({ name: 'plain', map: numbers, reduce: joined }),
      mapReduce({ name: 'tree', map: numbers, reduce: joined, treeReduce: concat }),
    ]
    fc.assert(
      fc.property(list, fc.array(fc.nat()), fc.constantFrom(...subjects), (inputs, choices, subject) => {
        const run = fakeRun(subject, { goal: inputs, work: square, pick: picks(choices) })
        expect(results(run)).toMatchObject({
          result: inputs.map((n) => `${n ** 2},`).join(''),
          contains: inputs.map((_, index) => `n${index}`),
          missing: [],
          dropped: [],
        })
      }),
    )
  })

  it('M-62: drops what keep does not want, by name, and counts it neither as contained nor as missing', () => {
    const even = mapReduce({ name: 'even', map: numbers, keep: (n: number) => n % 2 === 0, reduce: joined })
    expect(results(fakeRun(even, { goal: [1, 2, 3, 4, 6], work: losingN3 }))).toMatchObject({
      result: '4,36,',
      contains: ['n1', 'n4'],
      missing: [{ task: 'n3', outcome: 'lost' }],
      dropped: ['n0', 'n2'],
    })
  })

  it('M-62: takes another manager for its map, and reduces the results of all of its tasks', () => {
    const links: Record<string, string[]> = { a: ['b', 'c'], b: ['a', 'd'], c: ['d'] }
    const sizes = mapReduce({
      name: 'sizes',
      map: dynamic({
        start: (root: string) => [task('visit', root, { id: root })],
        discovered: (page: string) => task('visit', page, { id: page }),
      }),
      reduce: ordered((all: string, one: string) => all + one, ''),
    })
    const work = ({ body }: Task) => ({ result: body, discovered: links[body as string] ?? [] })
    fc.assert(
      fc.property(fc.array(fc.nat()), (choices) => {
        const run = fakeRun(sizes, { goal: 'a', work, pick: picks(choices) })
        expect(results(run)).toMatchObject({
          result: 'abcd',
          contains: ['map/a', 'map/b', 'map/c', 'map/d'],
          dropped: [],
        })
      }),
    )
  })

  it('fails when the manager that maps fails, and names what is missing when a task does', () => {
    const failing = foldManager({
      name: 'x',
      initial: () => 0,
      on: {
        goal: () => {
          throw new Error('no such folder')
        },
        settled: () => [],
      },
    })
    expect(fakeRun(mapReduce({ name: 'x', map: failing, reduce: joined }), { goal: null, work: square }).end).toEqual({
      type: 'fail',
      reason: expect.stringContaining('no such folder'),
    })
    const lacking = mapReduce({
      name: 'x',
      map: dynamic({ start: numbers, discovered: () => undefined }),
      reduce: joined,
    })
    expect(results(fakeRun(lacking, { goal: [1], work: () => ({ outcome: 'failed' }) }))).toMatchObject({
      result: '',
      missing: [{ task: 'map/n0', outcome: 'failed' }],
    })
  })

  it('M-40: shows partial results with the ids of what ended', () => {
    const shown = mapReduce({
      name: 'x',
      map: numbers,
      reduce: commutative((all: number, one: number) => all + one, 0),
      treeReduce: (left, right) => left + right,
      progress: (sum) => sum,
    })
    const { partials } = fakeRun(shown, { goal: [1, 2], work: square, pick: picks([1]) })
    expect(partials).toMatchObject([
      { final: false, done: 1, total: 2, task: 'n1', value: 4 },
      { final: false, done: 2, total: 2, task: 'n0', value: 5 },
    ])
  })

  it('finishes with the start of the reducer when there is nothing, and names what was refused', () => {
    const subject = mapReduce({ name: 'x', map: numbers, reduce: joined, treeReduce: concat, failure: 'fail-fast' })
    expect(results(fakeRun(subject, { goal: [], work: square }))).toMatchObject({ result: '', policy: 'fail-fast' })
    expect(results(fakeRun(subject, { goal: [1, 2], work: square, tasksMax: 1 })).refused).toHaveLength(2)
  })
})
