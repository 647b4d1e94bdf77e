import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { z } from 'zod'

/** One question to a model. */
export interface ModelQuestion {
  readonly prompt: string
  /** What the model is told about its role. @defaultValue none */
  readonly instructions?: string
  /** @defaultValue what is left of the budget of the attempt, at most 4,096 */
  readonly outputTokensMax?: number
  /** From 0, the same answer as far as the model can, to 2. @defaultValue the model's own */
  readonly temperature?: number
}

/**
 * The model of a worker: each call passes the broker, which checks it against the budget of the
 * attempt; stopping the attempt aborts it on the wire.
 *
 * It is a language model of the AI SDK as well: `generateText({ model, … })` takes it as it is.
 */
export interface WorkerModel extends LanguageModelV4 {
  /** Asks once and returns the text. @throws BUDGET_EXCEEDED, MODEL_MISSING and what the provider answers */
  generate(question: ModelQuestion): Promise<string>
  /** Asks once for data of a schema; text is what a schema of a string asks for. @throws MODEL_ANSWER_INVALID besides */
  generate<T>(question: ModelQuestion & { readonly schema: z.ZodType<T> }): Promise<T>
}
