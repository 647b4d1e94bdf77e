import { composeStrategy } from '@bosun/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { audit } from '../audit/audit.ts'
import { createAuditor } from '../audit/auditor.ts'
import { VirtualWorld } from '../kernel-schedules/virtual-world.fixture.ts'
import { runWorkflow, type Workflow } from '../kernel-schedules/run-workflow.fixture.ts'
import { livenessInvariants } from './liveness-invariants.ts'
import { qualityInvariants, unclaimedInvariants } from './quality-invariants.ts'

const SCHEDULES_COUNT = 250

/** Graphs whose tasks depend on earlier ones, with lengths in ms. */
const workflows: fc.Arbitrary<Workflow> = fc
  .array(fc.record({ runtimeMs: fc.integer({ min: 0, max: 50 }), before: fc.array(fc.nat(), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) => ({
    name: 'random',
    tasks: rows.map(({ runtimeMs, before }, index) => ({
      id: `t${index}`,
      runtimeMs,
      dependsOn: index === 0 ? [] : [...new Set(before.map((number) => `t${number % index}`))],
    })),
  }))

describe('the kernel', () => {
  it(`L2, L3, Q1: forgets no task over ${SCHEDULES_COUNT} random schedules with faults`, () => {
    const auditor = createAuditor([...livenessInvariants, ...qualityInvariants(['work-conserving'])])
    for (let seed = 1; seed <= SCHEDULES_COUNT; seed += 1) {
      expect(() => new VirtualWorld(seed, auditor).run()).not.toThrow()
    }
  })

  it('Q5, Q10: stays within the bounds on list schedules, whatever the graph and the order', () => {
    const strategies = [
      composeStrategy({ name: 'fifo' }),
      composeStrategy({
        name: 'last-first',
        order: { name: 'last-first', key: ({ spec }) => -Number(spec.id.slice(1)) },
      }),
    ]
    fc.assert(
      fc.property(
        workflows,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(...strategies),
        (workflow, slots, strategy) => {
          const { facts } = runWorkflow(workflow, slots, strategy)
          const report = audit(facts, [...qualityInvariants(['work-conserving']), ...unclaimedInvariants([])], {
            ended: true,
          })
          expect(report.violations).toEqual([])
          expect(report.invariants.find(({ id }) => id === 'Q5')).toMatchObject({ verdict: 'held' })
          expect(report.invariants.find(({ id }) => id === 'Q5')?.reason).toBeUndefined()
        },
      ),
      { numRuns: 300 },
    )
  })
})
