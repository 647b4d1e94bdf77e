export {
  amend,
  ask,
  cancelGroup,
  cancelRun,
  cancelSubtree,
  cancelTask,
  delegate,
  fail,
  finish,
  openGroup,
  partial,
  plan,
  task,
  waive,
  wake,
  type TaskOptions,
} from './decisions/decisions.ts'
export { decide, type Decided } from './define/decide.ts'
export { defineManager, type ManagerDefinition } from './define/define-manager.ts'
export {
  foldManager,
  type FoldDefinition,
  type FoldHandler,
  type FoldHandlers,
  type MessageOf,
} from './define/fold-manager.ts'
export type { GoalSchema } from './define/goal-schema.ts'
export { nest } from './nested/nest.ts'
export type { Part, PartEnd } from './nested/part.ts'
export { foldOutcomes, type Folded } from './operators/fold-outcomes.ts'
export { groupByType } from './operators/group-by-type.ts'
export { inTaskOrder } from './operators/in-task-order.ts'
export type { TaskOutcome } from './operators/task-outcome.ts'
export { OutcomeReader, taskOutcomes } from './operators/task-outcomes.ts'
export { throttleProgress } from './operators/throttle-progress.ts'
export { treeReduce } from './operators/tree-reduce.ts'
export { withMissing, type Awaiting } from './operators/with-missing.ts'
export { aggregate, type Aggregate, type AggregateOptions, type Missing, type Refused } from './reducers/aggregate.ts'
export { join, type Joined } from './reducers/join.ts'
export { commutative, listed, ordered, type Reducer } from './reducers/reducer.ts'
export { GroupReplan, replanGroup, type ReplanOptions, type ReplanRequest } from './replan/replan-group.ts'
export { checkGoal } from './session/check-goal.ts'
export { ManagerSession, openSession, type Delivery, type SessionOptions } from './session/manager-session.ts'
export { replayDecisions, withoutPartials, type Replay } from './session/replay-decisions.ts'
export { currentStack, userFrame } from './session/user-frame.ts'
export type { ShowProgress } from './variants/answer-outcome.ts'
export { dynamic, type DynamicOptions } from './variants/dynamic.ts'
export { fanOut, type FanOutOptions } from './variants/fan-out.ts'
export type { FailurePolicy, Gathered, Progress } from './variants/gathered.ts'
export { mapReduce, type MapReduced, type MapReduceOptions } from './variants/map-reduce.ts'
export { pipeline, type Piped, type PipelineOptions, type StageRecord } from './variants/pipeline.ts'
export {
  planExecuteReview,
  type PlanExecuteReviewOptions,
  type Reviewed,
  type Verdict,
} from './variants/plan-execute-review.ts'
export type { AnyStage, Repeat, Stage } from './variants/stage.ts'
export { streaming, type PartialResult, type StreamingOptions } from './variants/streaming.ts'
export { workQueue, type WorkQueueOptions } from './variants/work-queue.ts'
