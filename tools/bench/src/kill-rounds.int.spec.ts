import { expect, it } from 'vitest'
import { killRounds } from './kill-rounds.ts'

const ROUNDS_MS = 180_000

it(
  'P1 P8 X-08: kills of the manager at random moments of runs lose no acknowledged fact and repeat no finished task',
  async () => {
    const targets = ['pipeline', 'codemap']
    const report = await killRounds({ rounds: 4, victim: 'manager', targets, seed: 20 })
    expect(report.faults).toEqual([])
    expect(report).toMatchObject({ lost: 0, repeated: 0, violations: 0, wrongResults: 0 })
    expect(report.killed).toBeGreaterThan(0)
  },
  ROUNDS_MS,
)

it(
  'M-51: three kills of a worker host make lost attempts that are retried, and the run still completes',
  async () => {
    const report = await killRounds({ rounds: 3, victim: 'host', seed: 21 })
    expect(report.faults).toEqual([])
    expect(report).toMatchObject({ lost: 0, violations: 0, wrongResults: 0 })
    expect(report.killed).toBeGreaterThan(0)
  },
  ROUNDS_MS,
)
