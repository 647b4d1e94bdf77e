import { expect, it } from 'vitest'
import { slowReader } from './slow-reader.ts'

// `npm run torture -- reader` streams 10,000 tasks.
it('M-40 M-39: a reader that cannot keep up gets every outcome in order, and one that throws hurts only itself', async () => {
  const { faults, readAtEnd } = await slowReader(2_000)
  expect(faults).toEqual([])
  expect(readAtEnd).toBeLessThan(1_000)
}, 60_000)
