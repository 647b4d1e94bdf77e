import type { Json, Task } from '@bosun/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../decisions/decisions.ts'
import { fakeRun, finished, picks } from '../fake-run.fixture.ts'
import { commutative, ordered } from '../reducers/reducer.ts'
import { dynamic } from './dynamic.ts'

/** What links to what: a site, a folder tree, a graph of findings. */
type Links = Readonly<Record<string, readonly string[]>>

const visit = (id: string) => task('visit', id, { id })
const crawl = (links: Links) => (visited: Task) => ({ result: visited.id, discovered: links[visited.id] ?? [] })
const visited = commutative((all: string[], one: string) => [...all, one].toSorted(), [])

const crawler = dynamic({
  name: 'crawler',
  start: (seeds: Json) => (seeds as string[]).map(visit),
  discovered: (link: string) => visit(link),
  reduce: visited,
})

const losingB = (page: Task) =>
  page.id === 'b' ? ({ outcome: 'lost' } as const) : { result: page.id, discovered: page.id === 'a' ? ['b', 'c'] : [] }
const failingWriter = (one: Task) =>
  one.type === 'write' ? ({ outcome: 'failed' } as const) : { result: one.id, discovered: [] }

/** The tasks that were asked for, in order. */
function asked(run: ReturnType<typeof fakeRun>): string[] {
  return run.log.flatMap(({ decisions }) =>
    decisions.flatMap((decision) => (decision.type === 'delegate' ? decision.tasks.map(({ id }) => id) : [])),
  )
}

const reachable = (seeds: readonly string[], links: Links): string[] => {
  const found = new Set(seeds)
  for (const page of found) for (const link of links[page] ?? []) found.add(link)
  return [...found].toSorted()
}

describe('dynamic', () => {
  it('M-41 turns findings into tasks until nothing is pending', () => {
    const run = fakeRun(crawler, { goal: ['a'], work: crawl({ a: ['b', 'c'], c: ['d'] }) })
    expect(finished(run)).toEqual({
      result: ['a', 'b', 'c', 'd'],
      contains: ['a', 'b', 'c', 'd'],
      missing: [],
      refused: [],
      policy: 'best-effort',
    })
  })

  it('M-42 asks once for what is found twice, and names the finder as parent', () => {
    const run = fakeRun(crawler, { goal: ['a', 'b'], work: crawl({ a: ['c', 'c', 'a'], b: ['c'] }) })
    expect(asked(run)).toEqual(['a', 'b', 'c'])
    expect(run.log.flatMap(({ decisions }) => decisions).slice(0, 2)).toEqual([
      { type: 'delegate', tasks: [visit('a'), visit('b')] },
      { type: 'delegate', tasks: [visit('c')], parent: 'a' },
    ])
  })

  it('M-42 asks once for an id that one finding or one goal names twice', () => {
    const twice = dynamic({
      name: 'twice',
      start: () => [visit('a'), visit('a')],
      discovered: (link: string) => [visit(link), visit(link)],
      reduce: visited,
    })
    expect(asked(fakeRun(twice, { goal: null, work: crawl({ a: ['b'] }) }))).toEqual(['a', 'b'])
  })

  it('M-41 M-42 T-22 ends with the same result for every graph of findings, circles included, in any order', () => {
    const page = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const site = fc.dictionary(page, fc.array(page, { maxLength: 4 }), { noNullPrototype: true })
    fc.assert(
      fc.property(fc.uniqueArray(page), site, fc.array(fc.nat()), (seeds, links, choices) => {
        const run = fakeRun(crawler, { goal: seeds, work: crawl(links), pick: picks(choices) })
        const pages = reachable(seeds, links)
        expect(finished(run)).toEqual({
          result: pages,
          contains: pages,
          missing: [],
          refused: [],
          policy: 'best-effort',
        })
        expect(asked(run).toSorted()).toEqual(pages)
      }),
    )
  })

  it('T-22 folds an ordered reducer by id, since the order of finding depends on speed', () => {
    const path = dynamic({
      name: 'path',
      start: (seeds: Json) => (seeds as string[]).map(visit),
      discovered: (link: string) => visit(link),
      reduce: ordered((all: string, one: string) => all + one, ''),
    })
    const work = crawl({ b: ['d', 'a'], c: ['e'] })
    fc.assert(
      fc.property(fc.array(fc.nat()), (choices) => {
        expect(finished(fakeRun(path, { goal: ['b', 'c'], work, pick: picks(choices) })).result).toBe('abcde')
      }),
    )
  })

  it('names refused findings in the result, and does not ask again', () => {
    const run = fakeRun(crawler, { goal: ['a', 'b'], work: crawl({ a: ['c', 'd'], b: ['d'] }), tasksMax: 3 })
    expect(finished(run)).toMatchObject({
      result: ['a', 'b', 'c'],
      missing: [],
      refused: [{ task: 'd', code: 'LIMIT_TASKS', reason: expect.stringContaining('tasksMax') }],
    })
    expect(asked(run)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('asks again for what was refused too deep when it is found less deep', () => {
    const links = { a: ['x'], x: ['d'], b: ['d'] }
    const run = fakeRun(crawler, { goal: ['a', 'b'], work: crawl(links), depthMax: 1, pick: picks([0, 1]) })
    expect(asked(run)).toEqual(['a', 'b', 'x', 'd', 'd'])
    expect(finished(run)).toMatchObject({ result: ['a', 'b', 'd', 'x'], refused: [] })
  })

  it('M-52 fails the run when a finding led to a task that no run could hold', () => {
    const odd = dynamic({
      name: 'odd',
      start: () => [visit('a')],
      discovered: (link: string) => task(link === 'x' ? 'unhandled' : 'visit', link, { id: link }),
      reduce: visited,
    })
    expect(fakeRun(odd, { goal: null, work: crawl({ a: ['b', 'x', 'c'] }) }).end).toEqual({
      type: 'fail',
      reason: expect.stringContaining('the run does not hold x: '),
    })
  })

  it('M-55 T-34 finishes with what it has and names what is missing', () => {
    expect(finished(fakeRun(crawler, { goal: ['a'], work: losingB }))).toMatchObject({
      result: ['a', 'c'],
      contains: ['a', 'c'],
      missing: [{ task: 'b', outcome: 'lost' }],
    })
  })

  it('leaves out findings that lead to nothing', () => {
    const picky = dynamic({
      name: 'picky',
      start: () => [visit('a')],
      discovered: (link: string, finder) => (link > finder.id && link !== 'x' ? visit(link) : undefined),
      reduce: visited,
    })
    expect(asked(fakeRun(picky, { goal: null, work: crawl({ a: ['b', 'x'], b: ['a'] }) }))).toEqual(['a', 'b'])
  })

  describe('with tasks afterwards', () => {
    const survey = dynamic({
      name: 'survey',
      start: () => [visit('a')],
      discovered: (link: string) => visit(link),
      reduce: visited,
      afterwards: (pages, view) => [
        task('write', pages, { id: 'writer', dependsOn: [...view.tasks()].map(({ spec }) => spec.id) }),
      ],
      finish: (pages, view) => ({ pages, map: view.task('writer')?.result ?? null }),
    })
    const links = crawl({ a: ['b'] })
    const work = (one: Task) => (one.type === 'write' ? { result: 'map.html' } : links(one))

    it('adds them once, when everything discovered has ended, and finishes after them', () => {
      const run = fakeRun(survey, { goal: null, work })
      expect(asked(run)).toEqual(['a', 'b', 'writer'])
      expect(run.view.task('writer')?.spec.dependsOn).toEqual(['a', 'b'])
      expect(finished(run)).toMatchObject({ result: { pages: ['a', 'b'], map: 'map.html' }, contains: ['a', 'b'] })
      expect(run.log.filter(({ message }) => message.type === 'settled')).toHaveLength(2)
    })

    it('adds one phase after the other, each when the one before has ended, however it ended', () => {
      const phases = dynamic({
        name: 'phases',
        start: () => [visit('a')],
        discovered: () => undefined,
        reduce: visited,
        afterwards: (_, view) => [
          task('sum', null, { id: 'sum' }),
          ...(view.task('sum') === undefined ? [] : [task('write', null, { id: 'writer' })]),
        ],
      })
      const run = fakeRun(phases, {
        goal: null,
        work: (one) => (one.type === 'sum' ? { outcome: 'failed' } : { result: 1 }),
      })
      expect(asked(run)).toEqual(['a', 'sum', 'writer'])
      expect(finished(run)).toMatchObject({ contains: ['a'], missing: [{ task: 'sum', outcome: 'failed' }] })
    })

    it('names them as missing or refused when they are', () => {
      expect(finished(fakeRun(survey, { goal: null, work: failingWriter }))).toMatchObject({
        result: { map: null },
        missing: [{ task: 'writer', outcome: 'failed' }],
      })
      expect(finished(fakeRun(survey, { goal: null, work, tasksMax: 2 }))).toMatchObject({
        result: { map: null },
        refused: [{ task: 'writer', code: 'LIMIT_TASKS' }],
      })
    })
  })

  it('M-39 M-40 shows progress with counts that grow as tasks are found, never as final', () => {
    const shown = dynamic({
      name: 'shown',
      start: () => [visit('a')],
      discovered: (link: string) => visit(link),
      reduce: visited,
      progress: true,
    })
    expect(fakeRun(shown, { goal: null, work: crawl({ a: ['b'] }) }).partials).toEqual([
      { final: false, done: 1, total: 2, task: 'a', outcome: 'succeeded', result: 'a' },
      { final: false, done: 2, total: 2, task: 'b', outcome: 'succeeded', result: 'b' },
    ])
  })
})
