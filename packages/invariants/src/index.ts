export { audit } from './audit/audit.ts'
export type { AuditReport, InvariantReport } from './audit/audit-report.ts'
export { createAuditor, type AuditEnd, type Auditor } from './audit/auditor.ts'
export { coreInvariants } from './catalogue/core-invariants.ts'
export { foldEquality, type StatusFold } from './catalogue/fold-equality.ts'
export { invariantsPage } from './docs/invariants-page.ts'
export { defineInvariant, finding, type Finding, type Invariant, type Violation } from './invariant.ts'
export { compareStatuses } from './ledger/compare-statuses.ts'
export type {
  AttemptEnd,
  HeldResource,
  LeaseEntry,
  Ledger,
  SlotEntry,
  TaskEntry,
  Waiver,
  WorkerRecord,
} from './ledger/ledger.ts'
export type { WorldEvent, WorldEventType } from './world-event.ts'
