import type { ServiceIdentifier } from 'inversify'
import type { Usage } from '../facts/fact-schema.ts'
import type { Json } from '../json/json.ts'

/**
 * Resolves `provider:model` and aliases; nothing else reaches a model provider.
 *
 * Keys and connections live behind it, in the process that owns the hosts.
 */
export interface ModelRegistry {
  /** @throws MODEL_UNKNOWN, MODEL_KEY_MISSING */
  resolve(name: string): ResolvedModel
}
export const ModelRegistry: ServiceIdentifier<ModelRegistry> = Symbol.for('bosun.ModelRegistry')

/** A model that can be called. */
export interface ResolvedModel {
  /** `provider:model`. */
  readonly name: string
  /** The most that a call can use: its whole input and all the output it may produce. @throws MODEL_CALL_INVALID */
  ceiling(options: ModelOptions): Usage
  /**
   * Makes one call; waits at the gate of the provider, and tries again what may be tried again.
   *
   * @throws MODEL_FAILED, MODEL_REFUSED, MODEL_QUOTA_SPENT, MODEL_CALL_INVALID, MODEL_SCRIPT_DRIFTED,
   * MODEL_RECORDING_MISSING, or the reason of the signal
   */
  call(options: ModelOptions, how: ModelCallHow): Promise<ModelAnswer>
}

/**
 * What a model is asked: the call options of an AI SDK language model (specification v4) as plain
 * JSON, without `abortSignal`; bytes as base64 text.
 */
export type ModelOptions = { readonly [key: string]: Json }

export interface ModelCallHow {
  readonly signal: AbortSignal
  /** Set when the caller wants the stream parts as they come; they are still summed up in the answer. */
  readonly onPart?: (part: Json) => void
  /** A try has ended of which nobody can say what it has used: no answer came, or half of one. */
  readonly onLost?: () => void
  /** The call is tried again. Throws where the budget has no room for it beside what was lost. */
  readonly onAgain?: () => void
  /** The attempt on whose behalf it is called: `run/task@2`. A script is played once per attempt. */
  readonly attempt: string
}

export interface ModelAnswer {
  /** The result of `doGenerate` of an AI SDK language model as plain JSON. */
  readonly answer: { readonly [key: string]: Json }
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicros: number
}
