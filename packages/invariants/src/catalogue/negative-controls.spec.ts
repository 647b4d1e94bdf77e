import { composeStrategy } from '@bosun/kernel'
import { describe, expect, it } from 'vitest'
import { audit } from '../audit/audit.ts'
import { judge } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log, type LogBuilder } from '../fixtures/log.fixture.ts'
import type { Invariant } from '../invariant.ts'
import { runWorkflow, type Workflow } from '../kernel-schedules/run-workflow.fixture.ts'
import { measure } from '../measures/measure.ts'
import { coreInvariants } from './core-invariants.ts'
import { livenessInvariants } from './liveness-invariants.ts'
import { qualityInvariants } from './quality-invariants.ts'

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

function graham(change: { readonly shorter?: number; readonly without?: readonly number[] } = {}): Workflow {
  const tasks = LENGTHS.map((length, index) => ({
    id: `t${index + 1}`,
    runtimeMs: UNIT_MS * (length - (change.shorter ?? 0)),
    dependsOn: change.without?.includes(index + 1) === true ? [] : (EDGES[index + 1] ?? []).map((id) => `t${id}`),
  }))
  return { name: 'graham', tasks }
}

/** Two tasks of the shortened instance end at the same time; the table has what follows the other one first. */
function secondFirst({ name, tasks }: Workflow): Workflow {
  return { name, tasks: tasks.map((task) => (task.id === 't1' ? { ...task, runtimeMs: task.runtimeMs + 1 } : task)) }
}

describe("Graham's anomalies are no violation: a list schedule may take longer when it has less to do", () => {
  it.each([
    ['as published', graham(), 3, 12],
    ['with a fourth slot', graham(), 4, 15],
    ['with every task shorter', secondFirst(graham({ shorter: 1 })), 3, 13],
    ['with two dependencies dropped', graham({ without: [5, 6] }), 3, 16],
  ] as const)('%s (Q1, Q5)', (_what, workflow, slots, length) => {
    const { facts } = runWorkflow(workflow, slots, asListed)
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
    const { facts } = runWorkflow(graham(), 3, oneAtATime)
    const found = audit(facts, qualityInvariants(['work-conserving']), { ended: true }).violations
    expect(new Set(found.map(({ invariant }) => invariant))).toEqual(new Set(['Q1', 'Q5']))
  })

  it('is let off when it claims nothing', () => {
    const { facts } = runWorkflow(graham(), 3, oneAtATime)
    const held = [...coreInvariants, ...livenessInvariants, ...qualityInvariants([])]
    expect(audit(facts, held, { ended: true }).violations).toEqual([])
  })
})

describe('what the manager cannot prevent is no violation', () => {
  const of = { slot: 'worker/1', task: 'a', epoch: 1 } as const
  const working = (story: LogBuilder) => story.event({ type: 'world.working', ...of, inputs: {} })

  it('S2, S7, L7: two executions of one task after its lease has run out', () => {
    const story = working(
      log()
        .run({ slots: ['worker/1', 'worker/2'] })
        .task('a')
        .same()
        .begin('a'),
    )
    story.event({ type: 'world.fault', kind: 'pause-and-wake', on: 'a' }).wait(LEASE_MS).lose('a')
    story.event({ type: 'world.calm' }).wait(200).begin('a', { slot: 'worker/2' })
    story.event({ type: 'world.working', slot: 'worker/2', task: 'a', epoch: 2, inputs: {} }).wait(100)
    late(story).event({ type: 'world.rested', ...of, how: 'finished' })
    story.event({ type: 'world.rested', slot: 'worker/2', task: 'a', epoch: 2, how: 'finished' })
    story.succeed('a').hear().completed()
    expect(judge(story, all, { ended: true }).violations).toEqual([])
  })

  it('S3, S7: reports and assignments that arrive more than once', () => {
    const story = working(log().event({ type: 'world.calm' }).run().task('a').same().begin('a'))
    story.event({ type: 'world.network', what: 'assign-duplicated', task: 'a', epoch: 1 }).wait(10)
    story.event({ type: 'world.rested', ...of, how: 'finished' }).succeed('a')
    late(late(story)).hear().completed()
    expect(judge(story, all, { ended: true }).violations).toEqual([])
  })
})

/** A report of the first attempt that has no lease any more. */
function late(story: LogBuilder): LogBuilder {
  return story.fact('result.quarantined', {
    task: 'a',
    epoch: 1,
    kind: 'result',
    value: null,
    error: { code: 'ATTEMPT_DEAD', message: 'late' },
  })
}
