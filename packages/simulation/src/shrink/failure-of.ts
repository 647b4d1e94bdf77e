import type { Violation } from '@bosun/invariants'
import type { ScheduleEnd } from '../trace/trace.ts'

/** What a schedule did wrong, as one word (`S3 late`, `SUBJECT_THREW`); absent when it passed. */
export function failureOf({ violation, fault }: ScheduleEnd): string | undefined {
  return violation === undefined ? fault?.code : clauseOf(violation)
}

/** The invariant that was violated and in which way, as one word. */
export function clauseOf({ invariant, clause }: Violation): string {
  return `${invariant} ${clause}`
}
