import { beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from './draw-plan.fixture.ts'
import { runSchedules, type Campaign } from './run-schedules.fixture.ts'

const SCHEDULES_COUNT = 4_000

/** What a campaign of this size has to meet, or it proves less than it seems to. */
const KINDS = [
  'attempt.lost by beat',
  'attempt.lost by drain',
  'attempt.lost by host',
  'attempt.lost by progress',
  'attempt.lost by restart',
  'attempt.lost by timeout',
  'limit.reached',
  'manager.refused',
  'plan.rejected',
  'result.quarantined of discovered',
  'result.quarantined of emitted',
  'result.quarantined of error',
  'result.quarantined of result',
  'run.cancelled',
  'run.completed',
  'run.exhausted',
  'run.failed',
  'spawn.refused by LIMIT_DEPTH',
  'spawn.refused by LIMIT_FAN_OUT',
  'spawn.refused by LIMIT_TASKS',
  'spawn.refused by TASK_CANCELLED',
  'spawn.refused by TASK_CYCLE',
  'spawn.refused by TASK_DEPENDENCY_UNKNOWN',
  'spawn.refused by TASK_ID_CONFLICT',
  'task.amended',
  'task.cancelled',
  'task.lost',
  'task.skipped',
  'violation.recorded',
  'waiver.given',
  'worker.left',
]

describe(`${SCHEDULES_COUNT} random schedules with faults`, () => {
  let campaign: Campaign
  beforeAll(() => {
    campaign = runSchedules({ from: 1, count: SCHEDULES_COUNT })
  }, 120_000)

  it('break no invariant, end every run, and fold to the state that is live (P6, P11, R2, S1 to S21)', () => {
    expect(campaign.failures).toEqual([])
  })

  it.each(FAULTS)('met the fault: %s', (fault) => {
    expect(campaign.faults.get(fault)).toBeGreaterThan(0)
  })

  it.each(KINDS)('met %s', (kind) => {
    expect(campaign.types.get(kind)).toBeGreaterThan(0)
  })
})

it('does the same again for the same seed (D1)', () => {
  const once = runSchedules({ from: 77, count: 20 })
  expect(runSchedules({ from: 77, count: 20 })).toEqual(once)
})
