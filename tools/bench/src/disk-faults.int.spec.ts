import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fullDisks, WRITE_FAULTS, whyNoSmallDisk, whyNoTracer, writeFaults } from './disk-faults.ts'
import { DiskProject, judgeDiskRound, wholeRun } from './disk-project.ts'

const ROUNDS_MS = 120_000
const noTracer = whyNoTracer()
const noSmallDisk = whyNoSmallDisk()
for (const why of [noTracer, noSmallDisk]) if (why !== undefined) console.warn(`Disk faults are not tested: ${why}`)

// `npm run torture -- disk` and `full` have the long counts.
describe('a run whose disk fails', () => {
  it.skipIf(noTracer !== undefined)(
    'P2: gets over one write or sync that fails, stops with a code when all do, and in the end has kept its word and come to the same',
    async () => {
      const { faults, rounds, stopped } = await writeFaults(WRITE_FAULTS.length)
      expect(faults).toEqual([])
      expect(rounds).toBe(WRITE_FAULTS.length)
      expect(stopped).toBeGreaterThanOrEqual(WRITE_FAULTS.filter(({ lasts }) => lasts).length)
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

  it(
    'P2 control: a journal that has forgotten what was acknowledged is noticed',
    async () => {
      await using project = await DiskProject.make()
      const state = (name: string) => join(project.folder, '.bosun', name)
      const whole = await wholeRun(project, state('whole'))
      // What was acknowledged went elsewhere: as if the disk had taken it and lost it.
      const round = await judgeDiskRound(project, project.run(state('kept'), []), state('lost'), whole)
      expect(round.faults.filter((fault) => fault.includes('was acknowledged'))).toHaveLength(round.acknowledged)
      expect(round.acknowledged).toBeGreaterThan(50)
    },
    ROUNDS_MS,
  )
})
