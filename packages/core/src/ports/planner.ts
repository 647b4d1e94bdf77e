import type { ServiceIdentifier } from 'inversify'
import type { Json } from '../json/json.ts'
import type { WorkerEntry } from '../runs/run-config.ts'
import type { WorkerModel } from '../workers/worker-model.ts'
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
  /** A model by alias or `provider:model`; what it uses counts toward the budget of the run. @throws MODEL_UNKNOWN */
  model(name: string): WorkerModel
}
export const Planner: ServiceIdentifier<Planner> = Symbol.for('bosun.Planner')
