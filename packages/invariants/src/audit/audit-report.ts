import type { Violation } from '../invariant.ts'

/** What an audit of one log says. */
export interface AuditReport {
  /** Whether nothing was violated. It says nothing about invariants that were not judged. */
  readonly ok: boolean
  /** Whether the log holds the end of its run. */
  readonly ended: boolean
  readonly factsCount: number
  readonly violationsCount: number
  /** The first violations in the order of the log; the rest is only counted. */
  readonly violations: readonly Violation[]
  readonly invariants: readonly InvariantReport[]
}

/** What an audit says of one invariant. */
export interface InvariantReport {
  readonly id: string
  readonly title: string
  /** `not judged`: this log has nothing that it could be judged by. */
  readonly verdict: 'held' | 'violated' | 'not judged'
  /** Why it was not judged, or which part of it was not. */
  readonly reason?: string
  readonly violations: number
}
