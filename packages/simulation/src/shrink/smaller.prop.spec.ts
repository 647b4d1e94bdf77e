import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Choice, ChoiceList } from '../choices/choices.ts'
import { siteOf } from '../choices/site.ts'
import { smaller } from './smaller.ts'
import { withoutTask } from './without-task.ts'

const choice: fc.Arbitrary<Choice> = fc
  .record({
    label: fc.constantFrom('graph.edge', 'task.priority', 'work.duration', 'net.delay', 'fault.threw', 'fault.slow'),
    site: fc.tuple(fc.nat(4), fc.nat(2), fc.nat(4)),
    bound: fc.integer({ min: 2, max: 9 }),
  })
  .chain((rest) => fc.integer({ min: 1, max: rest.bound - 1 }).map((value) => ({ ...rest, value })))
/** More than all values of a list together. */
const SUM_MAX = 1_000
const size = fc.integer({ min: 1, max: 4 }).map((value) => nonZero('graph.size', [0, 0, 0], 8, value))
const lists = fc.tuple(size, fc.array(choice, { maxLength: 30 })).map(([first, rest]) => [first, ...rest])

describe('smaller neighbours', () => {
  it('have fewer choices, or the same with a lower sum, so that going from one to the next comes to an end', () => {
    fc.assert(
      fc.property(lists, (list) => {
        for (const other of smaller(list)) {
          expect(other.length * SUM_MAX + sum(other)).toBeLessThan(list.length * SUM_MAX + sum(list))
          expect(other.length).toBeLessThanOrEqual(list.length)
        }
      }),
    )
  })

  it('leave out each choice by itself, as a minimal schedule is one that has no such neighbour', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const neighbours = new Set([...smaller(list)].map((other) => JSON.stringify(other)))
        for (const index of list.keys()) expect(neighbours).toContain(JSON.stringify(list.toSpliced(index, 1)))
      }),
    )
  })
})

describe('a schedule without one of its tasks', () => {
  it('calls the later tasks by the names of those before them, in all that was chosen for them', () => {
    const three = nonZero('graph.size', [0, 0, 0], 8, 2)
    const list = [
      three,
      nonZero('graph.edge', [2, 0, 0], 2, 1),
      nonZero('graph.edge', [2, 0, 1], 2, 1),
      nonZero('task.priority', [2, 0, 0], 8, 7),
      nonZero('work.duration', [siteOf('t2'), 1, 0], 64, 9),
      nonZero('fault.threw', [siteOf('t1'), 1, 0], 2, 1),
      nonZero('fault.threw', [siteOf('t0'), 1, 0], 2, 1),
    ]
    expect(withoutTask(list, three, 1)).toEqual([
      nonZero('graph.size', [0, 0, 0], 8, 1),
      nonZero('graph.edge', [1, 0, 0], 2, 1),
      nonZero('task.priority', [1, 0, 0], 8, 7),
      nonZero('work.duration', [siteOf('t1'), 1, 0], 64, 9),
      nonZero('fault.threw', [siteOf('t0'), 1, 0], 2, 1),
    ])
  })
})

function nonZero(label: string, site: Choice['site'], bound: number, value: number): Choice {
  return { label, site, bound, value }
}

function sum(list: ChoiceList): number {
  return list.reduce((total, { value }) => total + value, 0)
}
