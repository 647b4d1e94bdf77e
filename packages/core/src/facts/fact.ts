import type { z } from 'zod'
import type { FACT_SCHEMAS, FactType } from './fact-schema.ts'

/** The fact of one type: `FactOf<'task.assigned'>`. */
export type FactOf<T extends FactType> = z.infer<(typeof FACT_SCHEMAS)[T]>

/** An entry of the log: what happened, in the past tense. */
export type Fact = { [T in FactType]: FactOf<T> }[FactType]

export type VolatileFactType = 'attempt.beat' | 'attempt.progressed' | 'manager.stalled'
export type DurableFact = Exclude<Fact, { type: VolatileFactType }>

/** Whether a fact is stored; volatile ones only move the pulse. */
export function isDurable(fact: Fact): fact is DurableFact {
  return fact.seq !== 0
}

/** Whether a fact ends its run. */
export function isRunEnd(
  fact: Fact,
): fact is FactOf<'run.completed' | 'run.failed' | 'run.exhausted' | 'run.cancelled'> {
  switch (fact.type) {
    case 'run.completed':
    case 'run.failed':
    case 'run.exhausted':
    case 'run.cancelled':
      return true
    default:
      return false
  }
}
