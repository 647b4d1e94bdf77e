import type { Fact, Strategy } from '@bosun/core'
import { determinism, differential, scale } from '@bosun/invariants'
import { BUILT_IN_STRATEGIES, composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { runGraph } from '../certificate/run-graph.ts'
import type { TimedTask } from '../certificate/timed-task.ts'

/** Layers of tasks, each of which waits for two of the layer before. */
function layers(factor = 1): readonly TimedTask[] {
  return Array.from({ length: 24 }, (_, index) => ({
    id: `t${index}`,
    durationMs: factor * (5 + ((index * 7) % 11)),
    dependsOn: index < 6 ? [] : [`t${index - 6}`, `t${index - (index % 6) - 6 + ((index + 1) % 6)}`],
  }))
}

const plainest = composeStrategy({ name: 'plainest' })
const run = (tasks: readonly TimedTask[], slots: number, strategy: Strategy): readonly Fact[] =>
  runGraph(strategy, tasks, { slots }).facts

describe.each(BUILT_IN_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  'runs of one graph under the strategy %s',
  (_name, strategy) => {
    it.each([2, 3, 8])('DIFF: end with %i slots as on one', (slots) => {
      const reference = run(layers(), 1, plainest)
      expect(differential.judge(reference, run(layers(), slots, strategy))).toBeUndefined()
    })

    it('D4: take three times as long when everything does', () => {
      const [once, scaled] = [run(layers(), 3, strategy), run(layers(3), 3, strategy)]
      expect(scale.judge(once, scaled, { factor: 3 })).toBeUndefined()
      expect(scale.judge(once, scaled, { factor: 2 })?.clause).toBe('makespan')
    })

    it('D1: are the same when they are run again', () => {
      const [events, again] = [run(layers(), 3, strategy), run(layers(), 3, strategy)]
      const hash = JSON.stringify(events)
      expect(determinism.judge({ hash, events }, { hash: JSON.stringify(again), events: again })).toBeUndefined()
    })
  },
)
