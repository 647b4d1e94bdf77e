export { audit } from './audit/audit.ts'
export type { AuditReport, InvariantReport } from './audit/audit-report.ts'
export { createAuditor, type AuditEnd, type Auditor } from './audit/auditor.ts'
export { coreInvariants } from './catalogue/core-invariants.ts'
export { foldEquality, type StatusFold } from './catalogue/fold-equality.ts'
export { livenessInvariants } from './catalogue/liveness-invariants.ts'
export { qualityInvariants, unclaimedInvariants } from './catalogue/quality-invariants.ts'
export { crossRunInvariants } from './cross-run/cross-run-invariants.ts'
export type { CrossRunInvariant } from './cross-run/cross-run-invariant.ts'
export { determinism, type HashedRun } from './cross-run/d01-determinism.ts'
export { orderInsensitivity } from './cross-run/d02-order-insensitivity.ts'
export { noOpFaults } from './cross-run/d03-no-op-faults.ts'
export { scale, type Scaling } from './cross-run/d04-scale.ts'
export { differential } from './cross-run/differential.ts'
export { finalState, type FinalEnd, type FinalState, type FinalTask } from './cross-run/final-state.ts'
export { replay, type PrefixStates, type Replay } from './cross-run/r02-replay.ts'
export { resumeEquivalence } from './cross-run/r04-resume-equivalence.ts'
export { coreGoals, GOALS_LEFT_OUT } from './goals/core-goals.ts'
export { defineGoal, type Goal } from './goals/goal.ts'
export { createGoalWatch, type GoalWatch } from './goals/goal-watch.ts'
export { defineInvariant, finding, type Finding, type Invariant, type Violation } from './invariant.ts'
export { compareStatuses } from './ledger/compare-statuses.ts'
export type {
  AttemptEnd,
  HeldResource,
  LeaseEntry,
  Ledger,
  ReadyLane,
  SlotEntry,
  TaskEntry,
  Waiver,
  WorkerRecord,
} from './ledger/ledger.ts'
export { measure, type QualityMeasures } from './measures/measure.ts'
export type { WorldEvent, WorldEventType } from './world-event.ts'
