import { assert, array, constantFrom, integer, nat, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawSmallGraph } from './graph-shapes.ts'
import { optimalMakespan } from './optimal-makespan.ts'
import { workAndPath, type TimedTask } from './timed-task.ts'

const smallGraph = array(tuple(integer({ min: 1, max: 3 }), nat(31)), { maxLength: 5 }).map((drawn) =>
  drawn.map(([durationMs, bits], index): TimedTask => {
    const dependsOn = Array.from({ length: index }, (_, before) => `t${before}`).filter(
      (_, before) => ((bits >> before) & 1) === 1,
    )
    return { id: `t${index}`, durationMs, dependsOn }
  }),
)

/** Whatever may start at a moment does or does not, moment by moment: every schedule there is. */
function byTrying(tasks: readonly TimedTask[], slots: number): number {
  // One after the other always works.
  let best = workAndPath(tasks).workMs
  const step = (at: number, ends: ReadonlyMap<string, number>): void => {
    if (at >= best) return
    const running = [...ends.values()].filter((end) => end > at).length
    if (ends.size === tasks.length) {
      best = Math.min(best, Math.max(0, ...ends.values()))
      return
    }
    const startable = tasks.filter(
      ({ id, dependsOn }) => !ends.has(id) && dependsOn.every((need) => (ends.get(need) ?? Infinity) <= at),
    )
    for (let bits = 0; bits < 1 << startable.length; bits += 1) {
      const chosen = startable.filter((_, index) => ((bits >> index) & 1) === 1)
      if (running + chosen.length > slots) continue
      step(at + 1, new Map([...ends, ...chosen.map(({ id, durationMs }) => [id, at + durationMs] as const)]))
    }
  }
  step(0, new Map())
  return best
}

describe('the exact optimum', () => {
  it('Q5: is what trying every schedule finds', () => {
    assert(
      property(smallGraph, constantFrom(1, 2, 3), (tasks, slots) => {
        expect(optimalMakespan(tasks, slots)).toBe(byTrying(tasks, slots))
      }),
      { numRuns: 150 },
    )
  })

  it('Q5: is at least the work over the slots and the longest path, and on one slot it is the work', () => {
    assert(
      property(nat(100_000), constantFrom(1, 2, 3), (seed, slots) => {
        const tasks = drawSmallGraph(6, seed)
        const { workMs, pathMs } = workAndPath(tasks)
        const optimum = optimalMakespan(tasks, slots)
        expect(optimum).toBeGreaterThanOrEqual(Math.max(workMs / slots, pathMs))
        expect(optimum).toBeLessThanOrEqual(workMs)
        expect(optimalMakespan(tasks, 1)).toBe(workMs)
      }),
    )
  })

  it('Q5: takes the 12 of the published anomaly instance on three slots', () => {
    // R. L. Graham (1966): nine tasks; T1 before T9, T4 before T5 to T8.
    const needs: Record<number, readonly string[]> = { 9: ['1'], 5: ['4'], 6: ['4'], 7: ['4'], 8: ['4'] }
    const tasks = [3, 2, 2, 2, 4, 4, 4, 4, 9].map((durationMs, index) => ({
      id: String(index + 1),
      durationMs,
      dependsOn: needs[index + 1] ?? [],
    }))
    expect(optimalMakespan(tasks, 3)).toBe(12)
  })
})
