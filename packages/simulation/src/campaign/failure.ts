import type { Violation } from '@bosun/invariants'
import type { ChoiceList } from '../choices/choices.ts'
import type { SourceName } from '../search/source.ts'
import type { PassingTwin } from '../shrink/passing-twin.ts'
import type { SubjectFault } from '../trace/trace.ts'

/** One way in which the subject failed. */
export interface Failure {
  /** Invariant and clause, or the code of what the subject did: `S3 stale`. */
  readonly failure: string
  readonly violation?: Violation
  readonly fault?: SubjectFault
  /** Schedules that failed in this way. */
  readonly count: number
  /** The smallest schedule that shows it; absent when the schedule never came to an end. */
  readonly shown?: ShownFailure
}

/** The smallest schedule that shows a failure. */
export interface ShownFailure {
  /** Brings it back. */
  readonly replay: string
  readonly choices: ChoiceList
  readonly facts: number
  /** Facts of the schedule that was found first, and whose schedule that was. */
  readonly factsFound: number
  readonly source: SourceName
  readonly isMinimal: boolean
  readonly shrinkMs: number
  readonly twin?: PassingTwin & { readonly replay: string }
}
