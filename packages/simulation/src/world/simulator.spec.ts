import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { ReplayedChoices } from '../choices/replayed-choices.ts'
import { settingOf } from '../subject/check-options.ts'
import { createSimulator } from './simulator.ts'

const fifo = settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'fifo' }) })

describe('createSimulator', () => {
  it('D1, P16: the same choices give the same trace, byte for byte', () => {
    const simulator = createSimulator(fifo)
    for (let seed = 1; seed <= 100; seed += 1) {
      const one = simulator.trace(randomChoices(seed))
      const other = createSimulator(fifo).trace(randomChoices(seed))
      expect(JSON.stringify(other.events)).toBe(JSON.stringify(one.events))
      expect(other.hash).toBe(one.hash)
    }
  })

  it('D1: what was recorded brings the same schedule back', () => {
    const simulator = createSimulator(fifo)
    for (let seed = 1; seed <= 300; seed += 1) {
      const recorded = simulator.trace(randomChoices(seed))
      const replayed = new ReplayedChoices(recorded.choices)
      expect(simulator.trace(replayed).hash).toBe(recorded.hash)
      expect(replayed.divergences()).toEqual([])
    }
  })

  it('an empty list of choices is one task on one slot that succeeds', () => {
    const { events, end } = createSimulator(fifo).trace(new ReplayedChoices([]))
    expect(end.ended).toBe('run.completed')
    expect(events.filter(({ type }) => type === 'task.assigned')).toHaveLength(1)
  })
})
