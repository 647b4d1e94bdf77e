import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { RandomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

it('DIFF: without a fault no report of an attempt overtakes an earlier one, so that no finding comes too late', () => {
  const strategy = composeStrategy({ name: 'fifo' })
  const simulator = createSimulator(
    settingOf({ kind: 'strategy', strategy }, { scope: { faultsMax: 0 }, comparesRuns: false }),
  )
  const choices = new RandomChoices({ faultsMax: 0 })
  for (let seed = 1; seed <= 500; seed += 1) {
    const latest = new Map<string, string>()
    for (const event of simulator.trace(choices.seeded(seed)).events) {
      if (event.type !== 'world.delivered') continue
      const key = `${event.task}@${event.epoch}`
      const before = latest.get(key)
      const isFirst = before === undefined
      expect({ seed, key, begins: event.report === 'started', goesOn: before !== 'result' }).toEqual({
        seed,
        key,
        begins: isFirst,
        goesOn: true,
      })
      latest.set(key, event.report)
    }
  }
})
