import type { Violation } from '@bosun/invariants'
import type { SubjectFault } from '../trace/trace.ts'

/** Thrown to leave a schedule at its first violation. */
export class Broken {
  readonly violation: Violation

  constructor(violation: Violation) {
    this.violation = violation
  }
}

/** Thrown to leave a schedule whose subject did what no subject may do. */
export class Faulted {
  readonly fault: SubjectFault

  constructor(fault: SubjectFault) {
    this.fault = fault
  }
}
