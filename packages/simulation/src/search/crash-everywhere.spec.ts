import { resumeEquivalence } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { NthFaultChoices } from '../choices/nth-fault-choices.ts'
import { RandomChoices } from '../choices/random-choices.ts'
import { CalmChoices } from '../cross-runs/calm-choices.ts'
import { failureOf } from '../shrink/failure-of.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from '../world/simulator.ts'
import { CRASHES } from './crashes.ts'

const strategy = composeStrategy({ name: 'fifo' })
const simulator = createSimulator(settingOf({ kind: 'strategy', strategy }, { comparesRuns: false }))
const random = new RandomChoices({ faultsMax: 0 })

it.each([11, 12, 13, 14, 15])(
  'R4: a crash at every record and half-record of scenario %i changes no result',
  (seed) => {
    const scenario = new CalmChoices(random.seeded(seed))
    const whole = simulator.trace(scenario)
    expect(failureOf(whole.end)).toBeUndefined()
    const crashes = CRASHES.flatMap((kind) => {
      const found: unknown[] = []
      for (let nth = 1; ; nth += 1) {
        const choices = new NthFaultChoices(scenario, kind, nth)
        const { log, end } = simulator.trace(choices)
        if (!choices.hasStruck) return found
        found.push(failureOf(end) ?? resumeEquivalence.judge(whole.log, log))
      }
    })
    // Four ways to die, each at every record at least.
    expect(crashes.length).toBeGreaterThan(4 * 3)
    expect(crashes.filter((found) => found !== undefined)).toEqual([])
  },
)
