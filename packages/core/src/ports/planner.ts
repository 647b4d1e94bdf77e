import type { ServiceIdentifier } from 'inversify'
import type { Json } from '../json/json.ts'
import type { WorkerEntry } from '../runs/run-config.ts'
import type { Plan } from '../tasks/plan.ts'

/** Turns a goal into a task graph; executes nothing. */
export interface Planner {
  readonly name: string
  plan(request: PlanRequest): Promise<Plan> | Plan
}
export interface PlanRequest {
  readonly goal: Json
  readonly workers: readonly WorkerEntry[]
  /** Folder of the project, absolute. */
  readonly folder: string
  readonly signal: AbortSignal
}
export const Planner: ServiceIdentifier<Planner> = Symbol.for('bosun.Planner')
