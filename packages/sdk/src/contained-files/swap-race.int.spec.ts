import { describe, expect, it } from 'vitest'
import { outcomeOf, snapshot } from './sandbox.fixture.ts'
import {
  makeRace,
  naiveRead,
  operate,
  OPERATIONS,
  raceNaiveReads,
  raceOperations,
  SECRET,
  swapForLink,
} from './swap-race.fixture.ts'

// The full count is `npm run torture -- races`.
const OPERATIONS_MAX = 4_000
const RACE_MS_MAX = 3_000
const CONTROL_TRIES = 20_000

describe('a folder that is swapped for a link outside', () => {
  it('is never followed, at whatever step of a walk the swap falls (H3)', { timeout: 60_000 }, async () => {
    const codes = new Set<string>()
    for (const operation of OPERATIONS)
      for (let at = 0; at < 16; at += 1) {
        using sandbox = makeRace()
        let step = 0
        using roots = sandbox.openRoots({
          onWalk: () => {
            if (step++ === at) swapForLink(sandbox)
          },
        })
        const before = snapshot(sandbox.outside)
        const outcome = await outcomeOf(() => operate(operation, roots))
        expect(JSON.stringify(outcome), `${operation}, swapped at step ${at}`).not.toContain(SECRET)
        codes.add('code' in outcome ? outcome.code : 'done')
        expect(snapshot(sandbox.outside)).toEqual(before)
      }
    expect([...codes].sort()).toEqual(['FILE_IS_LINK', 'done'])
  })

  it('is followed by a tool that checks a path and then uses it (H3, control)', () => {
    using sandbox = makeRace()
    const leaked = naiveRead(sandbox, () => swapForLink(sandbox))
    expect(leaked).toBe(SECRET)
  })

  it('lets no operation out while another thread swaps without rest (H3)', { timeout: 60_000 }, async () => {
    const tally = await raceOperations({ operations: OPERATIONS_MAX, endsAfterMs: RACE_MS_MAX })
    expect(tally.faults).toEqual([])
    console.info(`H3: ${JSON.stringify(tally)}`)
    if (tally.done === 0 || tally.refused === 0)
      console.warn(`H3 is inconclusive: operations and swaps did not meet (${JSON.stringify(tally)}).`)
  })

  it('leaks from the same race through a tool that checks and uses paths (H3, control)', async () => {
    const { tries, leaks } = await raceNaiveReads(CONTROL_TRIES)
    console.info(`H3, control: ${leaks} leak after ${tries} tries`)
    expect(tries).toBeGreaterThan(0)
    if (leaks === 0) console.warn(`H3 is inconclusive: the control arm did not leak in ${tries} tries.`)
  })
})
