import { BUILT_IN_STRATEGIES } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { runWorkflow, type Workflow } from '../kernel-schedules/run-workflow.fixture.ts'
import { determinism } from './d01-determinism.ts'
import { scale } from './d04-scale.ts'
import { differential } from './differential.ts'

/** Layers of tasks, each of which waits for two of the layer before. */
function layers(factor = 1): Workflow {
  const tasks = Array.from({ length: 24 }, (_, index) => ({
    id: `t${index}`,
    runtimeMs: factor * (5 + ((index * 7) % 11)),
    dependsOn: index < 6 ? [] : [`t${index - 6}`, `t${index - (index % 6) - 6 + ((index + 1) % 6)}`],
  }))
  return { name: 'layers', tasks }
}

describe.each(BUILT_IN_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  'runs of one graph under the strategy %s',
  (_name, strategy) => {
    it.each([2, 3, 8])('DIFF: end with %i slots as on one', (slots) => {
      const reference = runWorkflow(layers(), 1).facts
      expect(differential.judge(reference, runWorkflow(layers(), slots, strategy).facts)).toBeUndefined()
    })

    it('D4: take three times as long when everything does', () => {
      const [run, scaled] = [runWorkflow(layers(), 3, strategy).facts, runWorkflow(layers(3), 3, strategy).facts]
      expect(scale.judge(run, scaled, { factor: 3 })).toBeUndefined()
      expect(scale.judge(run, scaled, { factor: 2 })?.clause).toBe('makespan')
    })

    it('D1: are the same when they are run again', () => {
      const [events, again] = [runWorkflow(layers(), 3, strategy).facts, runWorkflow(layers(), 3, strategy).facts]
      const hash = JSON.stringify(events)
      expect(determinism.judge({ hash, events }, { hash: JSON.stringify(again), events: again })).toBeUndefined()
    })
  },
)
