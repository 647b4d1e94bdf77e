/**
 * The model of one attempt, wherever its code runs: turns questions into calls of the AI SDK's
 * language model (specification v4), sends them as plain JSON, and reads the answers back.
 */
import { BosunError, type Json, type ModelOptions, type ModelQuestion, type WorkerModel } from '@bosun/core'
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { z } from 'zod'
import { shapeFault } from '../attempts/shape-fault.ts'
import { partsOfAnswer } from './parts-of-answer.ts'
import { plainOptions } from './plain-options.ts'
import { withoutFence } from './without-fence.ts'

/** Carries one call to where the model is; `onPart` is given when its stream parts are wanted as they come. */
export type AskModel = (
  options: ModelOptions,
  signal: AbortSignal,
  onPart: ((part: Json) => void) | undefined,
) => Promise<Json>

type Answer = Awaited<ReturnType<LanguageModelV4['doGenerate']>>
type StreamResult = Awaited<ReturnType<LanguageModelV4['doStream']>>

export class AttemptModel implements WorkerModel {
  readonly specificationVersion = 'v4'
  readonly provider = 'bosun'
  readonly supportedUrls = {}
  /** As the worker names it. */
  readonly modelId: string
  readonly #ask: AskModel
  readonly #signal: () => AbortSignal

  /** @param signal asked at each call: aborts when the attempt is stopped */
  constructor(name: string, ask: AskModel, signal: () => AbortSignal) {
    this.modelId = name
    this.#ask = ask
    this.#signal = signal
  }

  async generate<T = string>(question: ModelQuestion & { readonly schema?: z.ZodType<T> }): Promise<T> {
    const { schema } = question
    const answer = await this.doGenerate(callOf(question, schema))
    const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return schema === undefined ? (text as T) : this.#parse(text, schema)
  }

  async doGenerate(options: LanguageModelV4CallOptions): Promise<Answer> {
    return reviveAnswer(await this.#ask(plainOptions(options), this.#signalOf(options), undefined))
  }

  doStream(options: LanguageModelV4CallOptions): Promise<StreamResult> {
    const left = new AbortController()
    let seenCount = 0
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start: async (controller) => {
        const tell = (part: Json) => {
          seenCount += 1
          if (!left.signal.aborted) controller.enqueue(revivePart(part))
        }
        try {
          const signal = AbortSignal.any([this.#signalOf(options), left.signal])
          const answer = await this.#ask(plainOptions(options), signal, tell)
          // A model that does not stream is told in one go.
          if (seenCount === 0) for (const part of partsOfAnswer(reviveAnswer(answer))) controller.enqueue(part)
          controller.close()
        } catch (error) {
          // After its reader has left there is nobody to tell.
          if (!left.signal.aborted) controller.error(error)
        }
      },
      cancel: (reason) => left.abort(reason),
    })
    return Promise.resolve({ stream })
  }

  // Private

  #signalOf({ abortSignal }: LanguageModelV4CallOptions): AbortSignal {
    const own = this.#signal()
    return abortSignal === undefined ? own : AbortSignal.any([own, abortSignal])
  }

  #parse<T>(text: string, schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(isTextSchema(schema) ? text : jsonOf(text))
    if (parsed.success) return parsed.data
    throw new BosunError('MODEL_ANSWER_INVALID', { at: this.modelId, received: shapeFault(parsed.error) })
  }
}

// ---------------------------------------------------------------------------------------------

function callOf(question: ModelQuestion, schema: z.ZodType | undefined): LanguageModelV4CallOptions {
  const { prompt, instructions, outputTokensMax, temperature } = question
  return {
    prompt: [
      ...(instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }]),
      { role: 'user', content: [{ type: 'text', text: prompt }] },
    ],
    // Who states none leaves it to the broker, which knows what is left.
    ...(outputTokensMax === undefined ? {} : { maxOutputTokens: outputTokensMax }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(schema === undefined || isTextSchema(schema)
      ? {}
      : {
          responseFormat: {
            type: 'json' as const,
            schema: z.toJSONSchema(schema, { unrepresentable: 'any' }) as never,
          },
        }),
  }
}

/** A schema whose value is the text itself needs no JSON around it. */
function isTextSchema(schema: z.ZodType): boolean {
  return (schema as { def?: { type?: string } }).def?.type === 'string'
}

/** What is no JSON at all is left to the schema to refuse. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(withoutFence(text), (key, value: unknown) => (key === '__proto__' ? undefined : value))
  } catch {
    return text
  }
}

function reviveAnswer(answer: Json): Answer {
  const { response, ...rest } = answer as unknown as Answer
  return response === undefined ? rest : { ...rest, response: withDate(response) }
}

function revivePart(part: Json): LanguageModelV4StreamPart {
  const revived = part as unknown as LanguageModelV4StreamPart
  return revived.type === 'response-metadata' ? withDate(revived) : revived
}

/** Dates cross as text. */
function withDate<T extends { timestamp?: Date }>(value: T): T {
  return value.timestamp === undefined ? value : { ...value, timestamp: new Date(value.timestamp) }
}
