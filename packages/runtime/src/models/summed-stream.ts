import type { Json } from '@bosun/core'
import type { LanguageModelV4Content, LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { plainJson } from './plain-json.ts'
import { StreamCut } from './wire-fault.ts'

/** Parts that say nothing of the answer yet: they wait for the first one that does. */
const FORERUNNERS: ReadonlySet<string> = new Set(['stream-start', 'response-metadata'])
/** Parts that are for nobody: signs of life, and what only the provider's own package could read. */
const SILENT: ReadonlySet<string> = new Set(['ping', 'raw', 'custom'])

type Part = LanguageModelV4StreamPart
type Delta = Extract<Part, { type: 'text-delta' | 'reasoning-delta' }>
type Block = Extract<Part, { type: `${'text' | 'reasoning'}-${'start' | 'delta' | 'end'}` }>
type Told = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>

/**
 * Tells the parts of a stream as they come, and sums them up into the answer that one call without
 * a stream would have brought. Nothing is told before the answer has begun, so that a stream cut
 * before can be asked for again.
 *
 * @throws StreamCut where the stream ends before the answer does, and what the stream reports
 */
export async function summedStream(
  stream: ReadableStream<Part>,
  onPart: (part: Json) => void,
): Promise<LanguageModelV4GenerateResult> {
  const sum = new Sum()
  const waiting: Part[] = []
  for await (const part of stream) {
    if (part.type === 'error') throw part.error
    if (SILENT.has(part.type)) continue
    sum.add(part)
    waiting.push(part)
    if (!FORERUNNERS.has(part.type)) for (const told of waiting.splice(0)) onPart(plainJson(told))
  }
  return sum.answer()
}

/** The answer as far as it has come. */
class Sum {
  readonly #content: LanguageModelV4Content[] = []
  readonly #blocks = new Map<string, Told>()
  #warnings: LanguageModelV4GenerateResult['warnings'] = []
  #response: LanguageModelV4GenerateResult['response']
  #finish: Extract<Part, { type: 'finish' }> | undefined

  add(part: Part): void {
    switch (part.type) {
      case 'text-start':
      case 'text-delta':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        return this.#addToBlock(part)
      case 'stream-start':
        this.#warnings = part.warnings
        return
      case 'response-metadata': {
        const { type: _type, ...metadata } = part
        this.#response = { ...this.#response, ...metadata }
        return
      }
      case 'finish':
        if (isCutShort(part)) throw cut()
        this.#finish = part
        return
      // The whole call follows its parts.
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'ping':
      case 'raw':
      case 'custom':
      case 'error':
        return
      default:
        this.#content.push(part)
    }
  }

  answer(): LanguageModelV4GenerateResult {
    if (this.#finish === undefined) throw cut()
    const { finishReason, usage, providerMetadata } = this.#finish
    return {
      content: this.#content,
      finishReason,
      usage,
      warnings: this.#warnings,
      ...(providerMetadata === undefined ? {} : { providerMetadata }),
      ...(this.#response === undefined ? {} : { response: this.#response }),
    }
  }

  #addToBlock(part: Block): void {
    const kind = part.type.startsWith('text') ? 'text' : 'reasoning'
    const key = `${kind} ${part.id}`
    const known = part.type.endsWith('start') ? undefined : this.#blocks.get(key)
    const told: Told = known ?? { type: kind, text: '' }
    if (known === undefined) {
      this.#blocks.set(key, told)
      this.#content.push(told)
    }
    if (part.type.endsWith('delta')) told.text += (part as Delta).delta
    if (part.providerMetadata !== undefined) told.providerMetadata = part.providerMetadata
  }
}

/** A finish that nobody sent: the package makes it up when the connection ends. */
function isCutShort({ finishReason }: Extract<Part, { type: 'finish' }>): boolean {
  const { unified, raw } = finishReason
  return unified === 'interrupted' || (raw === undefined && (unified === 'other' || unified === 'error'))
}

function cut(): StreamCut {
  return new StreamCut('The stream ended before the answer did.')
}
