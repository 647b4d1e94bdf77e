import type { ServiceIdentifier } from 'inversify'
import type { Json } from '../json/json.ts'
import type { AttemptKey } from './queues.ts'

/** What an attempt may call: the printed rules by the worker's own name for the tool. Fixed at assignment. */
export interface Grant {
  readonly attempt: AttemptKey
  readonly tools: Readonly<
    Record<string, { readonly tool: string; readonly allow: readonly string[]; readonly deny: readonly string[] }>
  >
  /** Folder of the attempt's own into which all writes go. */
  readonly staging: string
  /** Where the task declares its outputs: the only paths that calls of writing tools may name. */
  readonly outputs?: readonly string[]
}

/**
 * The door that every tool call passes: default deny, deny beats allow, dead attempts refused.
 *
 * Errors: TOOL_DENIED (names the rule), TOOL_UNKNOWN, TOOL_INPUT_INVALID, ATTEMPT_DEAD, and what the tool itself reports.
 */
export interface ToolGateway {
  open(grant: Grant): void
  call(attempt: AttemptKey, name: string, input: Json, signal: AbortSignal): Promise<Json>
  /** Ends the grant; later calls are refused with ATTEMPT_DEAD. */
  close(attempt: AttemptKey): void
}
export const ToolGateway: ServiceIdentifier<ToolGateway> = Symbol.for('bosun.ToolGateway')
