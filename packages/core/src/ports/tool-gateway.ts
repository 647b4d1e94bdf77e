import type { ServiceIdentifier } from 'inversify'
import type { Json } from '../json/json.ts'
import type { AttemptKey } from './queues.ts'

/** How far one tool of a grant reaches, in printed rules. */
export interface ToolGrant {
  readonly tool: string
  /** The worker's own. */
  readonly allow: readonly string[]
  /** Those of the run's policy, of which each call needs one as well. Absent: the policy narrows nothing. */
  readonly within?: readonly string[]
  readonly deny: readonly string[]
  /** Rules of which each call that one covers waits for a person. @defaultValue none */
  readonly ask?: readonly string[]
}

/** What an attempt may call: its tools by the worker's own name for them. Fixed at assignment, never widened. */
export interface Grant {
  readonly attempt: AttemptKey
  readonly tools: Readonly<Record<string, ToolGrant>>
  /** Folder of the attempt's own into which all writes go. */
  readonly staging: string
  /** Where the task declares its outputs: the only paths that calls of writing tools may name. */
  readonly outputs?: readonly string[]
  /** Where the task states the paths it uses: patterns of the only ones that calls may name, besides its outputs. */
  readonly uses?: { readonly read: readonly string[]; readonly write: readonly string[] }
}

/** What a person said to a call that waits. */
export interface HeldAnswer {
  /** `key` of the call. */
  readonly key: string
  readonly approval: string
  readonly granted: boolean
  readonly by: string
  readonly reason: string
}

/** Has a call carried out where it came from; resolves when it is done. */
export type CarryOut = (signal: AbortSignal) => Promise<void>

/**
 * The door that every tool call passes: default deny, deny beats ask beats allow, dead attempts refused.
 * A call that a person has to permit is reported and held until the answer comes.
 *
 * Errors: TOOL_DENIED (names the rule), TOOL_UNKNOWN, TOOL_INPUT_INVALID, ATTEMPT_DEAD, and what the tool itself reports.
 */
export interface ToolGateway {
  open(grant: Grant): void
  /**
   * @param carryOut asks the caller's host to do it, for a tool whose code is there: what it gives back
   *   stays there as well. Absent: the caller has no host
   */
  call(attempt: AttemptKey, name: string, input: Json, signal: AbortSignal, carryOut?: CarryOut): Promise<Json>
  /** Lets the calls of an attempt pass that wait with this key, or denies them. Without effect for a dead attempt. */
  answer(attempt: AttemptKey, answer: HeldAnswer): void
  /** Ends the grant; later calls are refused with ATTEMPT_DEAD. */
  close(attempt: AttemptKey): void
}
export const ToolGateway: ServiceIdentifier<ToolGateway> = Symbol.for('bosun.ToolGateway')
