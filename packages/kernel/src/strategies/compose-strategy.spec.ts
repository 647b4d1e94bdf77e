import { expect, it } from 'vitest'
import { story } from '../kernel.fixture.ts'
import { BUILT_IN_STRATEGIES, composeStrategy, threeClocks } from './compose-strategy.ts'

it('fills in what is not named: fifo, first fit, pull, and a strategy that keeps slots busy', () => {
  expect(composeStrategy({ name: 'plain' })).toMatchObject({
    name: 'plain',
    guarantees: ['work-conserving'],
    order: { name: 'fifo' },
    placement: { name: 'first-fit' },
    dispatch: { ahead: 0, steal: false },
  })
})

it('claims that no slot idles only where a task can always go to a free one', () => {
  const [stealing, keeping] = [true, false].map((steal) =>
    composeStrategy({ name: 'x', dispatch: { ahead: 2, steal } }),
  )
  expect([stealing?.guarantees, keeping?.guarantees]).toEqual([['work-conserving'], []])
})

it('offers strategies under names of their own', () => {
  expect(BUILT_IN_STRATEGIES.map(({ name }) => name)).toEqual(['fifo', 'priority', 'critical-path', 'work-stealing'])
})

it('takes an attempt for suspect after half a lease of silence, and for lost after the whole', () => {
  const { view } = story({ lease: { leaseMs: 100, progressTimeoutMs: 500 } }).kernel
  const verdict = (sinceBeatMs: number, sinceProgressMs: number) =>
    threeClocks.judge({ sinceBeatMs, sinceProgressMs, runningMs: 0 }, view)
  expect([verdict(49, 0), verdict(50, 0), verdict(99, 0), verdict(100, 0), verdict(0, 499), verdict(0, 500)]).toEqual([
    'alive',
    'suspect',
    'suspect',
    'lost',
    'alive',
    'lost',
  ])
})
