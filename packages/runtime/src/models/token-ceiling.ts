import type { Usage } from '@bosun/core'
import type { CallOptions } from './call-options.ts'
import { costOf, type Price } from './price-of-call.ts'

/** What a provider wraps around a call: role marks, and the instructions for tools and for JSON. */
const TOKENS_PER_CALL = 64
const TOKENS_PER_CALL_WITH_TOOLS = 1_024
const TOKENS_PER_MESSAGE = 16
/** The most that a known provider counts for one image; what it counts depends on its size in pixels, not in bytes. */
const TOKENS_PER_IMAGE = 50_000

/** The most that a call can use: its input, whatever the tokenizer, and the longest answer that it allows. */
export function ceilingOf(options: CallOptions, price: Price | undefined): Usage {
  const inputTokens = inputTokensMax(options)
  const outputTokens = options.maxOutputTokens
  return { tokens: inputTokens + outputTokens, costMicros: costOf(price, { inputTokens, outputTokens }) }
}

/**
 * No tokenizer makes more tokens of a text than it has bytes in UTF-8, and JSON is never shorter
 * than the text that it holds.
 */
export function inputTokensMax({ prompt, tools, responseFormat }: CallOptions): number {
  const asksMore = (tools !== undefined && tools.length > 0) || responseFormat?.type === 'json'
  return (
    jsonBytes([prompt, tools ?? [], responseFormat ?? {}]) +
    prompt.length * TOKENS_PER_MESSAGE +
    imageCount(prompt) * TOKENS_PER_IMAGE +
    (asksMore ? TOKENS_PER_CALL_WITH_TOOLS : TOKENS_PER_CALL)
  )
}

/** Size of a value as JSON, in bytes. */
function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

// ---------------------------------------------------------------------------------------------

/** Images are in messages and in the results of tools. */
function imageCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const { type, mediaType } = value as { type?: unknown; mediaType?: unknown }
  const own = type === 'file' && typeof mediaType === 'string' && mediaType.startsWith('image/') ? 1 : 0
  return Object.values(value).reduce<number>((count, member) => count + imageCount(member), own)
}
