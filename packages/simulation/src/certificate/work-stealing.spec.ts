import { audit, coreInvariants, qualityInvariants } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import type { Fact, Strategy } from '@bosun/core'
import { describe, expect, it } from 'vitest'
import { runGraph } from './run-graph.ts'
import { workAndPath, type TimedTask } from './timed-task.ts'

const SLOTS = 4
const AHEAD = 250

/** One task as long as a quarter of all others, and many short ones of unlike lengths. */
const mixed: readonly TimedTask[] = [
  { id: 'long', durationMs: 6_000, dependsOn: [] },
  ...Array.from({ length: 1_000 }, (_, index): TimedTask => {
    return { id: `short-${index}`, durationMs: 10 + ((index * 8) % 21), dependsOn: [] }
  }),
]

const far = (steal: boolean) => composeStrategy({ name: 'far', dispatch: { ahead: AHEAD, steal } })

interface Measured {
  readonly makespanMs: number
  /** Slot time without work while a task was ready or placed. */
  readonly idleMs: number
  readonly steals: number
  readonly placed: number
}

/** What the log of a run shows: read without the kernel and without the invariants. */
function measure({ facts }: { readonly facts: readonly Fact[] }): Measured {
  const eligible = new Set<string>()
  let [free, idleMs, steals, placed, at, makespanMs] = [0, 0, 0, 0, 0, 0]
  for (const fact of facts) {
    // Nothing is quiet before the last fact of an instant.
    if (fact.at > at && eligible.size > 0) idleMs += free * (fact.at - at)
    at = fact.at
    if (fact.type === 'worker.joined') free += 1
    else if (fact.type === 'task.added') eligible.add(fact.task.id)
    else if (fact.type === 'task.placed') placed += 1
    else if (fact.type === 'task.assigned') {
      free -= 1
      steals += fact.rule.endsWith('/steal') ? 1 : 0
      expect(eligible.delete(fact.task)).toBe(true)
    } else if (fact.type === 'attempt.succeeded') {
      free += 1
      makespanMs = at
    }
  }
  return { makespanMs, idleMs, steals, placed }
}

function run(strategy: Strategy, tasks = mixed) {
  const done = runGraph(strategy, tasks, { slots: SLOTS })
  const invariants = [...coreInvariants, ...qualityInvariants(['work-conserving'])]
  return { ...measure(done), violations: audit(done.facts, invariants, { ended: true }).violations }
}

describe(`one long task and ${mixed.length - 1} short ones on ${SLOTS} workers, ${AHEAD} placed ahead (M-43, M-44)`, () => {
  const { workMs, pathMs } = workAndPath(mixed)
  const least = Math.max(workMs / SLOTS, pathMs)

  it('M-44: with stealing no worker idles while work is eligible, and the run is within 5 % of the lower bound', () => {
    const { makespanMs, idleMs, steals, violations } = run(far(true))
    expect(idleMs).toBe(0)
    expect(makespanMs).toBeLessThanOrEqual(1.05 * least)
    expect(steals).toBeGreaterThan(100)
    expect(violations).toEqual([])
  })

  it('M-44: without stealing workers idle while tasks wait for the one that is busy, which misses the bound', () => {
    const { makespanMs, idleMs, steals, violations } = run(far(false))
    expect(steals).toBe(0)
    expect(idleMs).toBeGreaterThan(1_000)
    expect(makespanMs).toBeGreaterThan(1.3 * least)
    expect(new Set(violations.map(({ invariant }) => invariant))).toContain('Q1')
  })

  it.each([0, 1, 2, 16])('M-43: no task is run by two, whether %i are placed ahead', (ahead) => {
    const { makespanMs, idleMs, placed, violations } = run(
      composeStrategy({ name: 'near', dispatch: { ahead, steal: ahead > 0 } }),
    )
    expect({ idleMs, violations }).toEqual({ idleMs: 0, violations: [] })
    expect(makespanMs).toBeLessThanOrEqual(1.05 * least)
    expect(placed > 0).toBe(ahead > 0)
  })
})
