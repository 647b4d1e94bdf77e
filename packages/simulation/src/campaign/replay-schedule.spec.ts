import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { printReplay } from '../choices/replay-string.ts'
import { randomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { divergenceText, replaySchedule } from './replay-schedule.ts'
import { settingHash } from './setting-hash.ts'

const setting = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) })
const recorded = createSimulator(setting).trace(randomChoices(3))
const word = printReplay(recorded.choices, settingHash(setting))

describe('a replay', () => {
  it('brings the very same schedule back (D1)', async () => {
    const { trace, divergences } = await replaySchedule(setting, word)
    expect(trace.hash).toBe(recorded.hash)
    expect(divergences).toEqual([])
  })

  it('is refused in another setting, where its choices mean something else', async () => {
    const other = { ...setting, scope: { ...setting.scope, tasksMax: 4 } }
    await expect(replaySchedule(other, word)).rejects.toMatchObject({ code: 'REPLAY_STALE' })
  })

  it('is not stale because the code of the subject was mended', () => {
    const mended = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'mended' }) })
    expect(settingHash(mended)).toBe(settingHash(setting))
  })

  it('names by label what the schedule no longer came by', async () => {
    const strange = { label: 'fault.threw', site: [9, 9, 9], bound: 2, value: 1 } as const
    const size = { label: 'graph.size', site: [0, 0, 0], bound: 5, value: 1 } as const
    const { divergences } = await replaySchedule(setting, printReplay([size, strange], settingHash(setting)))
    expect(divergences.map(divergenceText)).toEqual([
      'graph.size at 0/0/0 has another number of possibilities than 5',
      'fault.threw at 9/9/9 was never asked for',
    ])
  })
})
