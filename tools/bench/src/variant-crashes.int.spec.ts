import { expect, it } from 'vitest'
import { VARIANTS } from './subject-modules.ts'
import { variantCrashes } from './variant-crashes.ts'

// `npm run torture -- crashes` has the long counts.
it.each(VARIANTS)(
  'P8 R4 X-08: a crash of the manager at every record of a run of %s changes no result and forgets no cancellation',
  async (variant) => {
    // In the second one, somebody cancels.
    const { crashes, faults } = await variantCrashes(2, 31, undefined, [variant])
    expect(faults).toEqual([])
    expect(crashes).toBeGreaterThan(2 * 4)
  },
)
