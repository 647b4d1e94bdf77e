import { describe, expect, it } from 'vitest'
import { fullDisks, WRITE_FAULTS, whyNoSmallDisk, whyNoTracer, writeFaults } from './disk-faults.ts'

const ROUNDS_MS = 120_000
const noTracer = whyNoTracer()
const noSmallDisk = whyNoSmallDisk()
for (const why of [noTracer, noSmallDisk]) if (why !== undefined) console.warn(`Disk faults are not tested: ${why}`)

// `npm run torture -- disk` and `full` have the long counts.
describe('a run whose disk fails', () => {
  it.skipIf(noTracer !== undefined).each(WRITE_FAULTS.filter(({ lasts }) => lasts))(
    'P2: stops with a code, has kept what it acknowledged and goes on later to the same end: $name',
    async (fault) => {
      const { faults, stopped } = await writeFaults(1, undefined, [fault])
      expect(faults).toEqual([])
      expect(stopped).toBe(1)
    },
    ROUNDS_MS,
  )

  it.skipIf(noSmallDisk !== undefined)(
    'P2: stops with a code when its disk is full, and goes on to the same end where there is room',
    async () => {
      const { faults, stopped } = await fullDisks(1)
      expect(faults).toEqual([])
      expect(stopped).toBe(1)
    },
    ROUNDS_MS,
  )
})
