import { describe, expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { Portfolio } from './portfolio.ts'
import type { Source, SourceName } from './source.ts'

/** A source of so many schedules. */
function source(name: SourceName, count = Infinity): Source {
  let left = count
  return { name, next: () => (left-- > 0 ? () => randomChoices(1) : undefined) }
}

function countsAfter(portfolio: Portfolio, schedules: number): Record<string, number> {
  for (let nth = 0; nth < schedules && portfolio.next() !== undefined; nth += 1);
  return Object.fromEntries(portfolio.account().map((member) => [member.name, member.schedules]))
}

describe('a portfolio', () => {
  it('gives each source its share', () => {
    const portfolio = new Portfolio([source('swarm'), source('pct'), source('mutation')])
    expect(countsAfter(portfolio, 600)).toEqual({ swarm: 300, pct: 150, mutation: 150 })
  })

  it('takes turns instead of one source after the other', () => {
    const portfolio = new Portfolio([source('swarm'), source('pct')], { swarm: 50, pct: 50 })
    const names = [1, 2, 3, 4].map(() => portfolio.next()?.source.name)
    expect(new Set(names.slice(0, 2)).size).toBe(2)
    expect(new Set(names.slice(2)).size).toBe(2)
  })

  it('gives what a dry source leaves to the others', () => {
    const portfolio = new Portfolio([source('corpus', 3), source('swarm'), source('pct')])
    expect(countsAfter(portfolio, 93)).toEqual({ corpus: 3, swarm: 60, pct: 30 })
  })

  it('replays the corpus before anything else', () => {
    const portfolio = new Portfolio([source('swarm'), source('corpus', 3)])
    expect([1, 2, 3, 4].map(() => portfolio.next()?.source.name)).toEqual(['corpus', 'corpus', 'corpus', 'swarm'])
  })

  it('ends when all sources are dry', () => {
    expect(countsAfter(new Portfolio([source('corpus', 3), source('enumeration', 4)]), 100)).toEqual({
      corpus: 3,
      enumeration: 4,
    })
  })

  it('leaves a source out whose share is 0', () => {
    const portfolio = new Portfolio([source('swarm'), source('pct')], { pct: 0 })
    expect(portfolio.account()).toEqual([{ name: 'swarm', schedules: 0, isDry: false }])
  })
})
