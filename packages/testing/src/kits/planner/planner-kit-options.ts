import type { AnyWorker, Json, ScriptedAnswer } from '@bosun/core'
import type { CheckSpecOptions } from '../../declare-check.ts'

/** A goal that shows how a planner is used. */
export interface PlannerExample {
  readonly name?: string
  readonly goal: Json
  /** Files of the project that it reads, text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** What models answer it, call by call, by the names it asks for them. */
  readonly models?: Readonly<Record<string, readonly ScriptedAnswer[]>>
}

/** A goal that it has to refuse, and the code that says why. */
export interface PlannerFailure extends PlannerExample {
  readonly code: string
}

/** What a planner's kit is told besides the planner. */
export interface PlannerKitOptions {
  /** Goals that lead to plans; at least one. */
  readonly examples: readonly PlannerExample[]
  /** Workers for the tasks of its plans. They take bodies and do nothing. */
  readonly workers: readonly AnyWorker[]
  /** Goals that lead to none. @defaultValue none */
  readonly failures?: readonly PlannerFailure[]
  /** Whether the same goal leads to the same plan. @defaultValue true */
  readonly isDeterministic?: boolean
  /** Longest time from being told to stop to its end. @defaultValue 2,000 */
  readonly abortWithinMs?: number
  /** The campaign of the harness, with 25 schedules unless it says otherwise; `false` for none, as where an example has files or models. */
  readonly check?: CheckSpecOptions | false
}
