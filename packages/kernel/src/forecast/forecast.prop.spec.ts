import type { Task } from '@bosun/core'
import { array, assert, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../kernel.fixture.ts'
import { forecast } from './forecast.ts'
import { listSchedule } from './list-schedule.ts'
import type { TypeHistory } from './run-history.ts'

/** A graph whose tasks take as many ms as their body says. */
const graphs = array(
  record({
    ms: integer({ min: 0, max: 50 }),
    type: integer({ min: 0, max: 2 }),
    after: array(integer({ min: 1, max: 6 }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
).map((rows) =>
  rows.map(({ ms, type, after }, index) => {
    const dependsOn = [...new Set(after.map((back) => index - back))].filter((at) => at >= 0).map((at) => `t${at}`)
    return task(`t${index}`, { type: `type-${type}`, body: ms, dependsOn })
  }),
)
const slotCounts = integer({ min: 1, max: 6 })
const msOf = ({ body }: Task) => Number(body)
const workOf = (tasks: readonly Task[]) => tasks.reduce((sum, one) => sum + msOf(one), 0)

function pathOf(tasks: readonly Task[]): number {
  const ends = new Map<string, number>()
  for (const one of tasks) {
    ends.set(one.id, msOf(one) + Math.max(0, ...(one.dependsOn ?? []).map((id) => ends.get(id) ?? 0)))
  }
  return Math.max(0, ...ends.values())
}

const after = (id: string, ms: number, ...dependsOn: string[]) => task(id, { body: ms, dependsOn })

describe('T-29: a list schedule', () => {
  it('ends never before the work divided by the slots, nor before the longest path, and never later than Graham says', () => {
    assert(
      property(graphs, slotCounts, (tasks, slotsMax) => {
        const ms = listSchedule(tasks, msOf, { slotsMax })
        const [work, path] = [workOf(tasks), pathOf(tasks)]
        expect(ms).toBeGreaterThanOrEqual(Math.max(work / slotsMax, path))
        expect(ms).toBeLessThanOrEqual(work / slotsMax + (1 - 1 / slotsMax) * path)
      }),
      { numRuns: 500 },
    )
  })

  it('is not undercut by bounds of types, and is the work of all on one slot', () => {
    assert(
      property(graphs, slotCounts, slotCounts, (tasks, slotsMax, own) => {
        const ms = listSchedule(tasks, msOf, { slotsMax, slotsOf: () => own })
        for (const type of new Set(tasks.map((one) => one.type))) {
          expect(ms).toBeGreaterThanOrEqual(workOf(tasks.filter((one) => one.type === type)) / Math.min(own, slotsMax))
        }
        expect(ms).toBeGreaterThanOrEqual(Math.max(workOf(tasks) / slotsMax, pathOf(tasks)))
        expect(listSchedule(tasks, msOf, { slotsMax: 1 })).toBe(workOf(tasks))
      }),
      { numRuns: 300 },
    )
  })

  it('is worse with more slots by less than a factor of two at most', () => {
    assert(
      property(graphs, slotCounts, (tasks, slotsMax) => {
        const [few, more] = [slotsMax, slotsMax + 1].map((slots) => listSchedule(tasks, msOf, { slotsMax: slots }))
        expect(more).toBeLessThanOrEqual((2 - 1 / (slotsMax + 1)) * (few ?? 0))
      }),
      { numRuns: 500 },
    )
  })

  it('may end later with a slot more, as Graham has shown', () => {
    const graham = [
      after('a', 3),
      after('b', 2),
      after('c', 2),
      after('d', 2),
      after('i', 9, 'a'),
      after('e', 4, 'd'),
      after('f', 4, 'd'),
      after('g', 4, 'd'),
      after('h', 4, 'd'),
    ]
    expect(listSchedule(graham, msOf, { slotsMax: 3 })).toBe(12)
    expect(listSchedule(graham, msOf, { slotsMax: 4 })).toBe(15)
  })
})

const same = (value: number) => ({ median: value, p90: 2 * value })

describe('T-29: a forecast', () => {
  const history: TypeHistory = { tasks: 4, ms: same(10), tokens: same(100), costMicros: same(7) }
  const diamond = [
    task('a', { type: 'known' }),
    task('b', { type: 'known', dependsOn: ['a'] }),
    task('c', { type: 'known', dependsOn: ['a'] }),
    task('d', { type: 'new', dependsOn: ['b', 'c'] }),
  ]
  const historyOf = (type: string) => (type === 'known' ? history : undefined)

  it('has each task take what its type took, typically and cautiously, and names what it does not know', () => {
    expect(forecast(diamond, historyOf, { slotsMax: 2 })).toEqual({
      typical: { ms: 20, workMs: 30, pathMs: 20, tokens: 300, costMicros: 21 },
      cautious: { ms: 40, workMs: 60, pathMs: 40, tokens: 600, costMicros: 42 },
      unknown: ['new'],
    })
    expect(forecast(diamond, historyOf, { slotsMax: 1 })?.typical.ms).toBe(30)
    expect(forecast(diamond, historyOf, { slotsMax: 2, slotsOf: () => 1 })?.typical.ms).toBe(30)
  })

  it('is none without any history', () => {
    expect(forecast(diamond, () => undefined, { slotsMax: 2 })).toBeUndefined()
    expect(forecast([], historyOf, { slotsMax: 2 })).toBeUndefined()
  })
})
