import type { Fact } from '@bosun/core'
import { createAuditor } from '../audit/auditor.ts'
import { FAULTS, type Fault } from './draw-plan.fixture.ts'
import { VirtualWorld } from './virtual-world.fixture.ts'

/** What a campaign of random schedules has found and reached. */
export interface Campaign {
  readonly schedules: number
  readonly inputs: number
  readonly facts: number
  /** How many schedules met each fault, and each type of fact. */
  readonly faults: ReadonlyMap<Fault, number>
  readonly types: ReadonlyMap<string, number>
  /** The first failures, each with the seed that brings it back. */
  readonly failures: readonly string[]
}

/**
 * Runs the schedules with the seeds `from`, `from + 1`, … against every core invariant.
 *
 * @param failuresMax after how many failures it stops
 */
export function runSchedules(options: {
  readonly from: number
  readonly count: number
  readonly failuresMax?: number
}): Campaign {
  const { from, count, failuresMax = 3 } = options
  const auditor = createAuditor()
  const faults = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]))
  const types = new Map<string, number>()
  const failures: string[] = []
  let [schedules, inputs, facts] = [0, 0, 0]
  for (let seed = from; seed < from + count && failures.length < failuresMax; seed += 1) {
    schedules += 1
    try {
      const reached = new VirtualWorld(seed, auditor).run()
      inputs += reached.inputs
      facts += reached.facts.length
      for (const fault of reached.faults) faults.set(fault, (faults.get(fault) ?? 0) + 1)
      for (const kind of new Set(reached.facts.map(kindOf))) types.set(kind, (types.get(kind) ?? 0) + 1)
    } catch (error) {
      failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
  }
  return { schedules, inputs, facts, faults, types, failures }
}

/** The type of a fact; of those that come for several reasons, with the reason. */
function kindOf(fact: Fact): string {
  if (fact.type === 'attempt.lost') return `${fact.type} by ${fact.evidence.clock}`
  if (fact.type === 'spawn.refused') return `${fact.type} by ${fact.error.code}`
  if (fact.type === 'result.quarantined') return `${fact.type} of ${fact.kind}`
  return fact.type
}
