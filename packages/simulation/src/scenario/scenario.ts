import type { RunConfig, Task, WorkerEntry } from '@bosun/core'
import type { DurationModel } from './durations.ts'

/** All that is fixed before a schedule begins. */
export interface Scenario {
  readonly config: RunConfig
  readonly workers: readonly WorkerEntry[]
  readonly slots: readonly { readonly slot: string; readonly worker: string }[]
  /** The graph that is handed over on the goal; empty when the subject is a manager or a planner. */
  readonly tasks: readonly Task[]
  readonly usesPlanner: boolean
  readonly durations: DurationModel
  /** When the faults stop, in ms of true time. */
  readonly calmAt: number
  /** How long the store takes to write, in ms. */
  readonly storeDelayMs: number
}
