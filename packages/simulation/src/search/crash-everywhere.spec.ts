import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { settingOf } from '../subject/check-options.ts'
import { crashEverywhere } from './crash-everywhere.ts'

const setting = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) })

it.each([11, 12, 13, 14, 15])(
  'P8 R4 X-08: a crash at every record and half-record of scenario %i changes no result',
  async (seed) => {
    const { crashes, faults } = await crashEverywhere(setting, seed)
    // Four ways to die, each at every record at least.
    expect(crashes).toBeGreaterThan(4 * 3)
    expect(faults).toEqual([])
  },
)

it.each([21, 22, 23, 24, 25])(
  'P8 R4 X-08: a crash at every record of scenario %i, in which somebody cancels, keeps cancellations and budgets',
  async (seed) => {
    const { crashes, faults } = await crashEverywhere(setting, seed, { cancelledAt: 1 })
    expect(crashes).toBeGreaterThan(4)
    expect(faults).toEqual([])
  },
)
