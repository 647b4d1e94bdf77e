import { audit, coreInvariants, qualityInvariants } from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { expect, it } from 'vitest'
import { runGraph } from './run-graph.ts'
import type { TimedTask } from './timed-task.ts'

const SLOTS = 4
const USUAL_MS = 100
const STUCK_MS = 60_000
const LEASE = { leaseMs: 1_000, heartbeatMs: 200 }
const HEDGE = { hedgesMax: 10, afterRatio: 3, samplesMin: 5, afterMsMin: 200, twinMs: USUAL_MS }

/** A hundred tasks of a tenth of a second, two of which get stuck for a minute. */
const tasks = Array.from({ length: 100 }, (_, index): TimedTask => {
  return { id: `t${index}`, durationMs: index === 40 || index === 90 ? STUCK_MS : USUAL_MS, dependsOn: [] }
})

function run(hedge: typeof HEDGE | undefined) {
  const { facts } = runGraph(composeStrategy({ name: 'fifo' }), tasks, {
    slots: SLOTS,
    lease: LEASE,
    ...(hedge === undefined ? {} : { hedge }),
  })
  const invariants = [...coreInvariants, ...qualityInvariants(['work-conserving'])]
  return {
    facts,
    endMs: facts.findLast(({ type }) => type === 'run.completed')?.at,
    violations: audit(facts, invariants, { ended: true }).violations,
    count: (type: string) => facts.filter((fact) => fact.type === type).length,
  }
}

it('M-44: two stuck tasks of a hundred hold up a run for a minute, and hardly at all when they are hedged', () => {
  const [plain, hedged] = [run(undefined), run(HEDGE)]
  expect(plain.endMs).toBeGreaterThanOrEqual(STUCK_MS)
  expect(hedged.endMs).toBeLessThan((tasks.length / SLOTS) * USUAL_MS * 2)
  expect([plain.violations, hedged.violations]).toEqual([[], []])
  expect(['task.hedged', 'result.handed', 'attempt.revoked'].map(hedged.count)).toEqual([2, 2, 2])
  expect(hedged.facts.at(-1)).toMatchObject({ waived: [], tally: { total: 102, succeeded: 102 } })
})
