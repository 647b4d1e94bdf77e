import { expect, it } from 'vitest'
import { endRounds } from './end-rounds.ts'

it('P22 T-35: told to end, the process of a run assigns nothing more, takes its leases back and is gone in 5 s', async () => {
  const { faults } = await endRounds(2)
  expect(faults).toEqual([])
}, 120_000)
