import type { Clock, ModelAnswer, ModelCallHow, ModelOptions, ResolvedModel, Usage } from '@bosun/core'
import type { LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { callOptionsOf, type CallOptions } from './call-options.ts'
import { modelAnswerOf } from './model-answer.ts'
import { openLanguageModel, type RemoteModelSource } from './open-language-model.ts'
import type { Price } from './price-of-call.ts'
import type { ProviderGate, WireOutcome } from './provider-gate.ts'
import { summedStream } from './summed-stream.ts'
import { ceilingOf } from './token-ceiling.ts'
import { wireFaultOf } from './wire-fault.ts'

export interface RemoteModelParts {
  readonly source: RemoteModelSource
  readonly price: Price | undefined
  /** That of its provider, shared by all its models and all attempts. */
  readonly gate: ProviderGate
  readonly clock: Clock
}

/** A model of a provider that is reached over the network. */
export class RemoteModel implements ResolvedModel {
  readonly name: string
  readonly #parts: RemoteModelParts

  constructor(parts: RemoteModelParts) {
    this.name = `${parts.source.name}:${parts.source.modelId}`
    this.#parts = parts
  }

  ceiling(options: ModelOptions): Usage {
    return ceilingOf(callOptionsOf(options, this.name), this.#parts.price)
  }

  async call(options: ModelOptions, how: ModelCallHow): Promise<ModelAnswer> {
    const asked = callOptionsOf(options, this.name)
    const result = await this.#parts.gate.run(() => this.#callOnce(asked, how), how.signal)
    return modelAnswerOf(result, asked, this.#parts.price)
  }

  async #callOnce(asked: CallOptions, how: ModelCallHow): Promise<WireOutcome<LanguageModelV4GenerateResult>> {
    const { source, clock } = this.#parts
    const { signal, onPart } = how
    how.onAgain?.()
    const trace = { mayHaveCost: false }
    const { model, options } = await openLanguageModel(source, asked, trace)
    const late = new AbortController()
    const { timeoutMs } = source.provider
    const disarm = clock.wakeAt(clock.now() + timeoutMs, () => late.abort())
    let isTold = false
    const tell = (part: Parameters<NonNullable<typeof onPart>>[0]) => {
      isTold = true
      onPart?.(part)
    }
    try {
      const call = { ...options, abortSignal: AbortSignal.any([signal, late.signal]) }
      if (onPart === undefined) return { answer: answered(await model.doGenerate(call)) }
      return { answer: await summedStream((await model.doStream(call)).stream, tell) }
    } catch (error) {
      signal.throwIfAborted()
      const cause = late.signal.aborted ? { message: `no answer within ${timeoutMs} ms`, isRetryable: true } : error
      const fault = wireFaultOf(cause, { at: this.name, key: source.key, date: clock.now() })
      // A provider without quota has done nothing, even where it says so within an answer.
      if (trace.mayHaveCost && fault.kind !== 'rate' && fault.kind !== 'spent') how.onLost?.()
      // What was told cannot be taken back: the caller has to decide whether to ask again.
      return { fault: isTold && fault.kind === 'again' ? { ...fault, kind: 'final' } : fault }
    } finally {
      disarm()
    }
  }
}

// ---------------------------------------------------------------------------------------------

/** Some packages read an answer that holds nothing at all as an empty one. */
function answered(result: LanguageModelV4GenerateResult): LanguageModelV4GenerateResult {
  const { content, finishReason } = result
  if (content.length > 0 || finishReason.raw !== undefined || finishReason.unified !== 'other') return result
  throw new Error('An answer that holds nothing.')
}
