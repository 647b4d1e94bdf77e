import type { Guarantee } from '@bosun/core'
import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { randomChoices } from '../choices/random-choices.ts'
import { runCampaign } from '../campaign/run-campaign.ts'
import { settingOf } from '../subject/check-options.ts'
import { drawScenario } from './draw-scenario.ts'

const settingFor = (guarantees: readonly Guarantee[]) =>
  settingOf({ kind: 'strategy', strategy: composeStrategy({ name: 'mine', guarantees }) })

const keysUnder = (guarantees: readonly Guarantee[]) => {
  const setting = settingFor(guarantees)
  const seeds = Array.from({ length: 40 }, (_, seed) => randomChoices(seed))
  return new Set(seeds.flatMap((choices) => drawScenario(setting, choices).tasks.map(({ key }) => key)))
}

describe('the tasks of a drawn graph', () => {
  it('Q2, Q4: stand in queues where the strategy promises something of queues', () => {
    expect(keysUnder(['fifo-per-key'])).toEqual(new Set(['left', 'right', undefined]))
    expect(keysUnder(['fair'])).toEqual(new Set(['left', 'right', undefined]))
    expect(keysUnder(['work-conserving', 'priority'])).toEqual(new Set([undefined]))
  })

  it('Q2: tell a strategy apart that promises the order of a queue and takes the newest first', async () => {
    const newest = composeStrategy({
      name: 'newest',
      order: { name: 'newest', key: (_task, view) => -view.at },
      guarantees: ['fifo-per-key'],
    })
    const report = await runCampaign(settingOf({ kind: 'strategy', strategy: newest }), { schedules: 1_000 })
    expect(report.failures.map(({ failure }) => failure)).toContain('Q2 overtaken')
    const right = await runCampaign(settingFor(['fifo-per-key']), { schedules: 1_000 })
    expect(right.failures).toEqual([])
  })
})
