import type { ChoiceList, Choices } from '../choices/choices.ts'
import type { SourceFigures } from './source-figures.ts'
import type { ScheduleEnd } from '../trace/trace.ts'

/** Where schedules come from. */
export const SOURCE_NAMES = ['corpus', 'enumeration', 'swarm', 'pct', 'crashes', 'mutation'] as const
export type SourceName = (typeof SOURCE_NAMES)[number]

/** A schedule that is to be tried: called again, it makes the same choices again. */
export type Draw = () => Choices

/** What came of a schedule. */
export interface Tried {
  readonly end: ScheduleEnd
  /** Whether it reached something that no schedule before it had; known only where it was traced. */
  readonly isNovel: boolean
}

/** One way to look for a schedule that breaks something. */
export interface Source {
  readonly name: SourceName
  /** Whether it learns from what a schedule reached, so that all of its schedules are traced. */
  readonly wantsTraces?: boolean
  /** The next schedule; `undefined` when there is none left. */
  next(): Draw | undefined
  /** Called with what came of the schedule that was handed out last, before the next one is asked for. */
  learn?(tried: Tried): void
  /** Called with each schedule that reached something new, whoever thought of it. */
  keep?(choices: ChoiceList): void
  /** What it has covered. */
  figures?(): SourceFigures
}
