import type { ServiceIdentifier } from 'inversify'
import type { Fact } from '../facts/fact.ts'

/** A reader of facts that tells other systems; it can neither fail nor delay a run. */
export interface Telemetry {
  facts(run: string, facts: readonly Fact[]): void
}
export const Telemetry: ServiceIdentifier<Telemetry> = Symbol.for('bosun.Telemetry')
