import { audit, qualityInvariants, unclaimedInvariants } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runGraph } from './run-graph.ts'
import type { TimedTask } from './timed-task.ts'

/** Graphs whose tasks depend on earlier ones, with lengths in ms. */
const graphs: fc.Arbitrary<readonly TimedTask[]> = fc
  .array(fc.record({ durationMs: fc.integer({ min: 0, max: 50 }), before: fc.array(fc.nat(), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(({ durationMs, before }, index) => ({
      id: `t${index}`,
      durationMs,
      dependsOn: index === 0 ? [] : [...new Set(before.map((number) => `t${number % index}`))],
    })),
  )

describe('list schedules', () => {
  it('Q5, Q10: stay within the bounds, whatever the graph and the order', () => {
    const strategies = [
      composeStrategy({ name: 'fifo' }),
      composeStrategy({
        name: 'last-first',
        order: { name: 'last-first', key: ({ spec }) => -Number(spec.id.slice(1)) },
      }),
    ]
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 4 }), fc.constantFrom(...strategies), (tasks, slots, strategy) => {
        const { facts } = runGraph(strategy, tasks, { slots })
        const report = audit(facts, [...qualityInvariants(['work-conserving']), ...unclaimedInvariants([])], {
          ended: true,
        })
        expect(report.violations).toEqual([])
        expect(report.invariants.find(({ id }) => id === 'Q5')).toMatchObject({ verdict: 'held' })
        expect(report.invariants.find(({ id }) => id === 'Q5')?.reason).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })
})
