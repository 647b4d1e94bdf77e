import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankingTable } from './ranking-table.ts'
import { rank } from './ranking.ts'
import { reportPage } from './report-page.ts'
import { VERDICTS, type Scoreboard } from './scoreboard.ts'

const boards = fc
  .record({ checks: fc.integer({ min: 1, max: 8 }), contestants: fc.integer({ min: 1, max: 6 }) })
  .chain(({ checks, contestants }) => {
    const ids = Array.from({ length: checks }, (_, index) => `c${index}`)
    const scores = fc.tuple(
      ...ids.map((id) => fc.constantFrom(...VERDICTS).map((verdict) => [id, { verdict }] as const)),
    )
    const one = fc.record({
      scores: scores.map((all) => Object.fromEntries(all)),
      time: fc.integer({ min: 1, max: 99 }),
    })
    return fc.array(one, { minLength: contestants, maxLength: contestants }).map((all): Scoreboard => ({
      title: 'T',
      sections: [{ name: 's', title: 'S', source: 'us', checks: ids.map((id) => ({ id, question: id })) }],
      contestants: all.map((contestant, index) => ({ name: `n${index}`, version: '1', ...contestant })),
    }))
  })

const boardOf = (name: string, detail: string): Scoreboard => ({
  title: 'T',
  sections: [{ name: 's', title: 'S', source: 'us', checks: [{ id: 'a', question: '*' }] }],
  contestants: [{ name, version: '1', scores: { a: { verdict: 'threw', detail } } }],
})

describe('the ranking of a bake-off', () => {
  it('M-60: has every contestant once, with every check counted once, whatever became of it', () => {
    fc.assert(
      fc.property(boards, (board) => {
        const places = rank(board)
        expect(places.map(({ name }) => name).sort()).toEqual(board.contestants.map(({ name }) => name).sort())
        for (const { counts, of } of places) expect(Object.values(counts).reduce((a, b) => a + b)).toBe(of)
      }),
    )
  })

  it('M-60: goes by right answers, gives equals one rank, and never looks at the time', () => {
    fc.assert(
      fc.property(boards, (board) => {
        const places = rank(board)
        for (const [index, place] of places.entries()) {
          const next = places[index + 1]
          if (next === undefined) continue
          expect(next.counts.right).toBeLessThanOrEqual(place.counts.right)
          expect(next.rank === place.rank || next.rank === index + 2).toBe(true)
        }
        const slower = board.contestants.map((one, index) => ({ ...one, time: index + 1 }))
        const order = (all: typeof places) => all.map(({ name, rank: at }) => [name, at])
        expect(order(rank({ ...board, contestants: slower }))).toEqual(order(places))
      }),
    )
  })

  it('M-60: refuses a scoreboard on which a check was left out', () => {
    const board = boardOf('a', 'no')
    expect(() => rank({ ...board, contestants: [{ name: 'a', version: '1', scores: {} }] })).toThrow(
      'a has no score for a',
    )
  })

  it('is a table with one line for each, and a page that what an implementation says cannot add to', () => {
    const board = boardOf('a', '</code><script>alert(1)</script><i title="x" onload=\'y\'>')
    const places = rank(board)
    expect(rankingTable(places).trimEnd().split('\n')).toHaveLength(2)
    const page = reportPage(board, places)
    expect(page).toContain('&lt;script&gt;alert(1)')
    expect(page).not.toMatch(/<script|onload='|(?:src|href)=|url\(|@import/)
  })
})
