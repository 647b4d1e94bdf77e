import {
  audit,
  coreInvariants,
  livenessInvariants,
  measure,
  qualityInvariants,
  type Invariant,
} from '@bosun/invariants'
import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { runGraph } from './run-graph.ts'
import type { TimedTask } from './timed-task.ts'

const GUARANTEES = ['work-conserving', 'priority', 'fifo-per-key', 'fair'] as const
const all: readonly Invariant[] = [...coreInvariants, ...livenessInvariants, ...qualityInvariants(GUARANTEES)]

/** Source: R. L. Graham, Bounds on multiprocessing timing anomalies (1969). */
const LENGTHS = [3, 2, 2, 2, 4, 4, 4, 4, 9]
const UNIT_MS = 100
const EDGES: Readonly<Record<number, readonly number[]>> = { 5: [4], 6: [4], 7: [4], 8: [4], 9: [1] }

const asListed = composeStrategy({
  name: 'as-listed',
  order: { name: 'as-listed', key: ({ spec }) => Number(spec.id.slice(1)) },
})

function graham(
  change: { readonly shorter?: number; readonly without?: readonly number[] } = {},
): readonly TimedTask[] {
  return LENGTHS.map((length, index) => ({
    id: `t${index + 1}`,
    durationMs: UNIT_MS * (length - (change.shorter ?? 0)),
    dependsOn: change.without?.includes(index + 1) === true ? [] : (EDGES[index + 1] ?? []).map((id) => `t${id}`),
  }))
}

/** Two tasks of the shortened instance end at the same time; the table has what follows the other one first. */
function secondFirst(tasks: readonly TimedTask[]): readonly TimedTask[] {
  return tasks.map((task) => (task.id === 't1' ? { ...task, durationMs: task.durationMs + 1 } : task))
}

describe("Graham's anomalies are no violation: a list schedule may take longer when it has less to do", () => {
  it.each([
    ['as published', graham(), 3, 12],
    ['with a fourth slot', graham(), 4, 15],
    ['with every task shorter', secondFirst(graham({ shorter: 1 })), 3, 13],
    ['with two dependencies dropped', graham({ without: [5, 6] }), 3, 16],
  ] as const)('%s (Q1, Q5)', (_what, tasks, slots, length) => {
    const { facts } = runGraph(asListed, tasks, { slots })
    expect(measure(facts).makespanMs).toBe(UNIT_MS * length)
    expect(audit(facts, all, { ended: true }).violations).toEqual([])
  })
})

describe('a strategy that claims to keep slots busy and does not', () => {
  const oneAtATime = composeStrategy({
    name: 'one-at-a-time',
    admission: { admit: (view) => [...view.tasks()].every(({ status }) => status !== 'assigned') },
  })

  it('is found by Q1 at the instant and by Q5 at the end', () => {
    const { facts } = runGraph(oneAtATime, graham(), { slots: 3 })
    const found = audit(facts, qualityInvariants(['work-conserving']), { ended: true }).violations
    expect(new Set(found.map(({ invariant }) => invariant))).toEqual(new Set(['Q1', 'Q5']))
  })

  it('is let off when it claims nothing', () => {
    const { facts } = runGraph(oneAtATime, graham(), { slots: 3 })
    const held = [...coreInvariants, ...livenessInvariants, ...qualityInvariants([])]
    expect(audit(facts, held, { ended: true }).violations).toEqual([])
  })
})
