export { always, reachable, sometimes, type Fact, type Json } from '@bosun/core'
export {
  audit,
  coreInvariants,
  defineGoal,
  defineInvariant,
  finding,
  livenessInvariants,
  qualityInvariants,
  type Finding,
  type Goal,
  type Invariant,
  type Ledger,
  type Violation,
  type WorldEvent,
} from '@bosun/invariants'
export {
  FAULT_KINDS,
  printTrace,
  type Behaviour,
  type CheckOptions,
  type Deed,
  type FaultKind,
  type ScheduleEnd,
  type Testee,
  type Trace,
} from '@bosun/simulation'
export { checkManager, checkPlanner, checkStrategy, checkWorker } from './check.ts'
export type { CheckSpecOptions } from './declare-check.ts'
export { describeManager, type ManagerKitOptions } from './kits/coordination/describe-manager.ts'
export { describeStrategy } from './kits/coordination/describe-strategy.ts'
export { describeJournal } from './kits/journal/describe-journal.ts'
export { describeHeartbeatMonitor } from './kits/queues/describe-heartbeat-monitor.ts'
export { describeTaskQueue } from './kits/queues/describe-task-queue.ts'
export { describePlanner } from './kits/planner/describe-planner.ts'
export type { PlannerExample, PlannerFailure, PlannerKitOptions } from './kits/planner/planner-kit-options.ts'
export { describeTool } from './kits/tool/describe-tool.ts'
export type { ToolExample, ToolFailure, ToolKitOptions } from './kits/tool/tool-kit-options.ts'
export { describeWorker } from './kits/worker/describe-worker.ts'
export type { WorkerKitOptions } from './kits/worker/worker-kit-options.ts'
export { Scenario } from './scenario.ts'
export { scenarios, type ScenarioOptions } from './scenarios.ts'
export { simulate, simulateAsync, type SimulateOptions } from './simulate.ts'
