import { expect, it } from 'vitest'
import { soak } from './soak.ts'

// `npm run torture -- soak 30` goes on for 30 minutes.
it('P21 M-64: runs go on through kills, stops and cancels without breaking an invariant or losing a fact', async () => {
  const { faults, runs, tasks, ...struck } = await soak({ seconds: 4, everyMs: 1_000, tasks: 100, seed: 7 })
  expect(faults).toEqual([])
  expect(runs).toBeGreaterThan(0)
  expect(tasks).toBe(100 * runs)
  expect(struck.facts).toBeGreaterThan(tasks * 5)
}, 120_000)
