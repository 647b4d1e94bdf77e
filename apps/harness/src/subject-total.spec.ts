import type { CampaignReport } from '@bosun/simulation'
import { describe, expect, it } from 'vitest'
import { exitCodeOf, withRound, type SubjectTotal } from './subject-total.ts'

type Round = Partial<Omit<CampaignReport, 'difference'>>

const round = (more: Round): CampaignReport => ({
  verdict: 'pass',
  exitCode: 0,
  reasons: [],
  subject: 'strategy mine',
  setting: '',
  seed: 1,
  lane: 'pure',
  threads: 1,
  schedules: 10,
  facts: 100,
  virtualMs: 1,
  wallMs: 1,
  failures: [],
  failing: 0,
  comparedTwice: 0,
  sources: [],
  reach: { facts: {}, faults: {}, cells: 0, states: 0 },
  goals: { reached: [], open: [] },
  assertions: {},
  corpus: [],
  leftOpen: '',
  ...more,
})

const total = (...rounds: readonly Round[]): SubjectTotal | undefined =>
  rounds.reduce<SubjectTotal | undefined>((sum, one) => withRound('mine.ts', round(one), sum), undefined)

const inconclusive = { verdict: 'inconclusive', exitCode: 5, reasons: ['too few'] } as const
const failed = (exitCode: 1 | 2 | 3, failure: string) =>
  ({ verdict: 'fail', exitCode, reasons: [failure], failures: [{ failure, count: 1 }] }) as const

const open = (...ids: readonly string[]) => ids.map((id) => ({ id, sentence: id }))

const codes = (...exitCodes: readonly (0 | 1 | 2 | 3 | 4 | 5)[]) =>
  exitCodeOf(exitCodes.map((exitCode) => ({ exitCode })))

describe('rounds of a subject', () => {
  it('pass when one of them was conclusive, and add up', () => {
    expect(total(inconclusive, {}, inconclusive)).toMatchObject({
      verdict: 'pass',
      rounds: 3,
      schedules: 30,
      facts: 300,
    })
    expect(total(inconclusive, inconclusive)).toMatchObject({ verdict: 'inconclusive', exitCode: 5 })
  })

  it('fail when one of them failed, with the worst of what was found', () => {
    expect(total(failed(2, 'L1 stuck'), {}, failed(1, 'S1 early'), failed(2, 'L1 stuck'))).toMatchObject({
      verdict: 'fail',
      exitCode: 1,
      reasons: ['L1 stuck', 'S1 early'],
      failures: [
        { failure: 'L1 stuck', count: 2 },
        { failure: 'S1 early', count: 1 },
      ],
    })
  })

  it('reach together what none of them reached alone', () => {
    const reached = total(
      { goals: { reached: ['a'], open: open('b', 'c') } },
      { goals: { reached: ['b'], open: open('a', 'c') } },
    )
    expect(reached).toMatchObject({ goalsReached: ['a', 'b'], goalsOpen: ['c'] })
  })
})

it('a campaign ends with the worst of its subjects', () => {
  expect([codes(0, 0), codes(0, 5), codes(5, 2), codes(2, 1), codes(1, 3), codes(3, 4)]).toEqual([0, 5, 2, 1, 3, 4])
})
