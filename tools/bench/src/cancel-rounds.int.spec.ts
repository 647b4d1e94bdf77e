import { platform } from 'node:os'
import { expect, it } from 'vitest'
import { cancelRounds } from './cancel-rounds.ts'

const ROUNDS = 5

it.skipIf(platform() !== 'linux')(
  'P20 T-35: a cancel from another process leaves nothing alive of trees of processes, and says so (needs /proc of Linux)',
  async () => {
    const { faults, processes, survivors } = await cancelRounds(ROUNDS)
    expect(faults).toEqual([])
    expect(processes).toBeGreaterThanOrEqual(4 * ROUNDS)
    expect(survivors).toBe(0)
  },
  180_000,
)
