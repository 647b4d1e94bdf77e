import type { Fact } from '@bosun/core'
import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import type { Choices } from '../choices/choices.ts'
import { RandomChoices } from '../choices/random-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import type { Setting } from '../subject/setting.ts'
import { createSimulator } from '../world/simulator.ts'

const KINDS = ['D2', 'R4', 'D3', 'DIFF', 'D4', 'R2']
const FOLD = KINDS.indexOf('R2')
const setting = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) })

/** A source whose every schedule is compared, in the given way. */
function compared(base: Choices, kind: number): Choices {
  return {
    pick: (label, bound, a, b, c) => (label === 'cross' && a === 1 ? kind : base.pick(label, bound, a, b, c)),
    chance: (label, probability, a, b, c) => {
      if (label === 'cross' && (a ?? 0) === 0 && (c ?? 0) === 0) return true
      return base.chance(label, probability, a, b, c)
    },
    fault: (kind, a, b, c) => base.fault(kind, a, b, c),
  }
}

describe('schedules that are compared with plainer ones', () => {
  it.each(KINDS.map((id, kind) => [id, kind] as const))('%s: no schedule differs from its plainer one', (_id, kind) => {
    const simulator = createSimulator(setting)
    const random = new RandomChoices()
    for (let seed = 1; seed <= 600; seed += 1) {
      const { violation, fault } = simulator.run(compared(random.seeded(seed), kind))
      expect({ seed, violation, fault }).toEqual({ seed, violation: undefined, fault: undefined })
    }
  })

  it('R4: the manager does die in them', () => {
    const simulator = createSimulator(setting)
    const random = new RandomChoices()
    let recoveries = 0
    for (let seed = 1; seed <= 100; seed += 1) {
      const { log } = simulator.trace(compared(random.seeded(seed), 1))
      if (log.some(({ type }: Fact) => type === 'manager.recovered')) recoveries += 1
    }
    expect(recoveries).toBeGreaterThan(20)
  })
})

describe('a kernel that is folded on the way', () => {
  it('R2: decides otherwise than the live one where order is not in the facts, and is caught at that fact', () => {
    const random = new RandomChoices()
    const found = new Set<string>()
    for (let seed = 1; seed <= 100; seed += 1) {
      const { violation } = createSimulator(forgetful()).run(compared(random.seeded(seed), FOLD))
      if (violation !== undefined) found.add(`${violation.invariant} ${violation.clause}: ${violation.sentence}`)
    }
    expect([...found]).toContainEqual(
      expect.stringMatching(
        /^R2 fact: fact \d+ of the replay is task.assigned of \w+ instead of task.assigned of \w+$/,
      ),
    )
  })

  it('R2: is not there in other schedules, which the same strategy passes', () => {
    const random = new RandomChoices()
    const setting = { ...forgetful(), comparesRuns: false }
    for (let seed = 1; seed <= 100; seed += 1) {
      expect(createSimulator(setting).run(random.seeded(seed)).violation).toBeUndefined()
    }
  })
})

/** A strategy whose order is the n-th answer of a policy that remembers how often it was asked. */
function forgetful(): Setting {
  let asked = 0
  const order = { name: 'forgetful', key: () => (asked++ * 7) % 5 }
  return settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'forgetful', order }) })
}
