import { Journal } from '@bosun/core'
import { fanOut, task } from '@bosun/managers'
import { describe, expect, it } from 'vitest'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { config, expectClean, gate, rebound, stored, untilFact, world } from './world.fixture.ts'
import { WrappedJournal } from './wrapped-journal.fixture.ts'

describe('Back-pressure', () => {
  it('stops deciding while too much is in flight, and goes on when the journal has caught up', async () => {
    const journal = new WrappedJournal(new MemoryJournal())
    const disk = gate()
    let isSlow = false
    let appends = 0
    journal.onAppend = async (_facts, write) => {
      if (isSlow) await disk.opened
      appends += 1
      await write()
    }
    const { bosun } = await world({ modules: [rebound(Journal, journal)] })
    const count = 7_000
    const manager = fanOut({
      name: 'many',
      start: () => Array.from({ length: count }, (_, index) => task('echo', index, { id: `t${index}` })),
      reduce: { kind: 'commutative', fold: (sum: number) => sum + 1, start: () => 0 },
    })
    const run = await bosun.run(manager, null, {
      config: config({ limits: { slotsMax: 7_000, startsPerSecondMax: 1_000_000 } }),
    })
    await untilFact(run, 'task.assigned')
    isSlow = true
    const written = appends
    // Every result that comes now is decided and waits; at 20,000 facts the loop stops.
    for (let pass = 0; pass < 200; pass += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(appends).toBe(written)
    const decided = count - run.view.tally.unresolved
    expect(decided).toBeGreaterThan(0)
    expect(decided).toBeLessThan(count)
    isSlow = false
    disk.open()
    expect(await run.result).toMatchObject({ result: count })
    expectClean(await stored(journal, run.run))
  })
})
