import type { Fact } from '@bosun/core'
import type { Violation, WorldEvent } from '@bosun/invariants'
import type { ChoiceList } from '../choices/choices.ts'

/** What happened: what the manager wrote down, and what was true beside it. */
export type TraceEvent = Fact | WorldEvent

/** Whether an event is of the world and not in the log. */
export function isWorldEvent(event: TraceEvent): event is WorldEvent {
  return event.type.startsWith('world.')
}

/** How one schedule ended. */
export interface ScheduleEnd {
  /** The first violation of an invariant. */
  readonly violation?: Violation
  /** Set when the subject itself broke: threw, returned nonsense, used ambient time. */
  readonly fault?: SubjectFault
  /** The fact that ended the run; absent when it did not end. */
  readonly ended?: Fact['type']
  /** Facts, volatile ones included. */
  readonly facts: number
  /** Inputs that the kernel took. */
  readonly inputs: number
  /** Simulated time, in ms. */
  readonly virtualMs: number
  /** The assertions in user code that it came by, by label: whether each held at least once. */
  readonly assertions?: Readonly<Record<string, boolean>>
}

/** What a subject did that no subject may do. */
export interface SubjectFault {
  /** `SUBJECT_THREW`, `SUBJECT_NONSENSE`, `SUBJECT_ENDLESS`, `SUBJECT_AMBIENT`, `SUBJECT_ESCAPED`. */
  readonly code: string
  /** What it did, in one sentence that names it. */
  readonly message: string
  /** File, line and column in the user's code. */
  readonly at?: string
}

/** One schedule, whole: what a person looks at and what reports are made of. */
export interface Trace {
  readonly events: readonly TraceEvent[]
  readonly choices: ChoiceList
  /** The facts that are stored at the end: what a journal would hold. */
  readonly log: readonly Fact[]
  readonly end: ScheduleEnd
  /** Hash of all events; equal for equal schedules, on every machine. */
  readonly hash: string
}
