import type { ServiceIdentifier } from 'inversify'
import type { ErrorRecord } from '../errors/bosun-error.ts'
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
  /** JSON Schemas of the bodies that workers take, by the name of the worker; for people and models to read. */
  readonly bodySchemas: Readonly<Record<string, Json>>
  /**
   * What the run would refuse a plan for: its shape, bodies that workers do not take, and what is wrong
   * with the graph. Empty: nothing. A plan need not be checked here, since it is in any case later.
   */
  check(plan: unknown): Promise<readonly ErrorRecord[]>
}
export const Planner: ServiceIdentifier<Planner> = Symbol.for('bosun.Planner')
