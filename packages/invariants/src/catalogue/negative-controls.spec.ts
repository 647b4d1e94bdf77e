import { describe, expect, it } from 'vitest'
import { judge } from '../fixtures/describe-invariant.fixture.ts'
import { LEASE_MS, log, type LogBuilder } from '../fixtures/log.fixture.ts'
import type { Invariant } from '../invariant.ts'
import { coreInvariants } from './core-invariants.ts'
import { livenessInvariants } from './liveness-invariants.ts'
import { qualityInvariants } from './quality-invariants.ts'

const GUARANTEES = ['work-conserving', 'priority', 'fifo-per-key', 'fair'] as const
const all: readonly Invariant[] = [...coreInvariants, ...livenessInvariants, ...qualityInvariants(GUARANTEES)]

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
