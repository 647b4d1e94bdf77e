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

/** A tool that a planner can call: what it is called, what it does, and the JSON Schema of its input. */
export interface PlannerTool {
  readonly name: string
  readonly summary: string
  readonly input: Json
}

/**
 * What a planner can look at: tools that read files of the workspace and of the mounts, and no others. A
 * tool that writes, or reaches further, is not among them, whatever its rules.
 */
export interface PlannerTools {
  readonly list: readonly PlannerTool[]
  /**
   * Calls pass the gateway as those of workers do, narrowed by the policy of the run.
   *
   * @throws TOOL_DENIED, which is recorded; TOOL_INPUT_INVALID, and what the tool itself reports
   */
  call(name: string, input: Json): Promise<Json>
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
  /** What reads files and code, for planners that look before they plan. */
  readonly tools: PlannerTools
  /**
   * What the run would refuse a plan for: its shape, bodies that workers do not take, and what is wrong
   * with the graph. Empty: nothing. A plan need not be checked here, since it is in any case later.
   */
  check(plan: unknown): Promise<readonly ErrorRecord[]>
}
export const Planner: ServiceIdentifier<Planner> = Symbol.for('bosun.Planner')
