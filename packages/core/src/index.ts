export {
  always,
  reachable,
  sometimes,
  watchAssertions,
  type AssertionKind,
  type AssertionWatch,
} from './assertions/assertions.ts'
export { BosunError, errorRecord, errorRecordOf, type ErrorDetail, type ErrorRecord } from './errors/bosun-error.ts'
export { ERROR_REGISTRY, type ErrorCode, type ErrorEntry } from './errors/error-registry.ts'
export { canonicalJson } from './json/canonical-json.ts'
export { JsonSchema, type Json } from './json/json.ts'
export { isDeeperThan } from './json/is-deeper-than.ts'
export { parseJson, type JsonBounds } from './json/parse-json.ts'
export { attemptId, parseAttemptId } from './tasks/attempt-id.ts'
export { GroupSchema, outerGroup, type Group } from './tasks/group.ts'
export { originalId, predecessorId, successorId } from './tasks/successor.ts'
export { hedgedId, idempotencyKey, twinId } from './tasks/twin.ts'
export {
  isOutcome,
  OUTCOMES,
  OutcomeSchema,
  TASK_STATUSES,
  type Outcome,
  type Tally,
  type TaskStatus,
} from './tasks/outcome.ts'
export { PlanSchema, type Plan } from './tasks/plan.ts'
export {
  ResourceUseSchema,
  isTaskId,
  isTaskType,
  TaskIdSchema,
  TaskLimitsSchema,
  TaskSchema,
  type ResourceUse,
  type Task,
  type TaskLimits,
} from './tasks/task.ts'
export {
  HedgePolicySchema,
  LeasePolicySchema,
  LimitsSchema,
  RetryPolicySchema,
  RunConfigSchema,
  RunPolicySchema,
  WorkerEntrySchema,
  type HedgePolicy,
  type LeasePolicy,
  type Limits,
  type RetryPolicy,
  type RunConfig,
  type RunPolicy,
  type WorkerEntry,
} from './runs/run-config.ts'
export { withoutDefaults } from './runs/without-defaults.ts'
export {
  CancelScopeSchema,
  DecisionSchema,
  FACT_SCHEMAS,
  FACT_VERSION,
  FactSchema,
  HeldCallSchema,
  ModelCallRecordSchema,
  type CancelScope,
  type Decision,
  type FactType,
  type HeldCall,
  type ModelCallRecord,
  type Place,
  type PublishedFile,
  type Usage,
} from './facts/fact-schema.ts'
export { isDurable, isRunEnd, type DurableFact, type Fact, type FactOf, type VolatileFactType } from './facts/fact.ts'
export { Manager, type AnyManager } from './managers/manager.ts'
export type { Message, MessageKind, OutcomeMessage } from './managers/message.ts'
export {
  GROUP_STATUSES,
  type ApprovalView,
  type GroupStatus,
  type GroupView,
  type RunView,
  type TaskView,
} from './managers/run-view.ts'
export {
  Worker,
  type AnyWorker,
  type GrantedTools,
  type NeededServices,
  type ScriptedAnswer,
  type ServiceNeeds,
  type ToolUse,
  type ToolUses,
  type WorkerContext,
  type WorkerExample,
} from './workers/worker.ts'
export type { ModelQuestion, WorkerModel } from './workers/worker-model.ts'
export { Clock } from './ports/clock.ts'
export { Journal, type Command, type Owner, type RunSummary } from './ports/journal.ts'
export {
  ModelRegistry,
  type ModelAnswer,
  type ModelCallHow,
  type ModelOptions,
  type ResolvedModel,
} from './ports/model-registry.ts'
export { Planner, type PlannerTool, type PlannerTools, type PlanRequest } from './ports/planner.ts'
export {
  HeartbeatMonitor,
  ResultQueue,
  Signals,
  TaskQueue,
  type Assignment,
  type AttemptKey,
  type Beat,
  type Report,
} from './ports/queues.ts'
export { Random } from './ports/random.ts'
export { GUARANTEES, Strategy, type Guarantee, type LivenessClocks, type SlotView } from './ports/strategy.ts'
export { Telemetry } from './ports/telemetry.ts'
export { ToolGateway, type CarryOut, type Grant, type HeldAnswer, type ToolGrant } from './ports/tool-gateway.ts'
